import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** An address is good for so long, once. */
const TOKEN_SECS = 60
const MOST_TOKENS = 20
const MOST_PAGES = 64

const secret = () => randomBytes(24).toString('base64url')

/**
 * Who may see the room: whoever shows a token in time gets the cookie, whoever has the cookie may ask for a page, and each page
 * gets a secret of its own that the stream and every write need. Nothing of it is ever written down.
 */
export class Access {
  /** Folder of the page, with the slashes; the cookie goes nowhere else. */
  readonly folder = `/${secret()}/`
  readonly #cookieName = `r${randomBytes(9).toString('hex')}`
  readonly #cookie = secret()
  readonly #tokens = new Map<string, number>()
  readonly #pages = new Set<string>()
  readonly #now: () => number

  /** @param now epoch seconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A new token; more than a few at a time make the oldest worthless. */
  issueToken(): string {
    const token = secret()
    this.#tokens.set(token, this.#now() + TOKEN_SECS)
    dropOldest(this.#tokens, MOST_TOKENS)
    return token
  }

  /** The cookie for a token that is good; it is worthless from now on. */
  redeem(token: string): string | undefined {
    const found = [...this.#tokens.keys()].find((known) => isSame(known, token))
    if (found === undefined) return undefined
    const end = this.#tokens.get(found) ?? 0
    this.#tokens.delete(found)
    if (this.#now() >= end) return undefined
    return `${this.#cookieName}=${this.#cookie}; Path=${this.folder}; HttpOnly; SameSite=Strict`
  }

  hasCookie(header: string | undefined): boolean {
    return (header ?? '').split(';').some((part) => {
      const [name = '', value = ''] = part.trim().split('=', 2)
      return name === this.#cookieName && isSame(this.#cookie, value)
    })
  }

  /** The secret of one loaded page. */
  addPage(): string {
    const page = secret()
    this.#pages.add(page)
    dropOldest(this.#pages, MOST_PAGES)
    return page
  }

  isPage(word: string | undefined): boolean {
    return word !== undefined && [...this.#pages].some((known) => isSame(known, word))
  }
}

function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of [...kept.keys()].slice(0, Math.max(0, kept.size - most))) kept.delete(key)
}

function isSame(known: string, shown: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(known), hash(shown))
}
