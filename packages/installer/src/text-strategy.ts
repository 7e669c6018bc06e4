import { COMMENT_STYLES, commentStyleOf } from './comment-style.js'
import type { ContentStrategy } from './content-strategy.js'
import { Refused } from './refusal.js'
import { sha256 } from './surroundings.js'
import { splitText } from './target-file.js'

/** How a text that rally placed looks today: as rally left it, edited since, or not rally's at all. */
export type TextState = 'pristine' | 'edited' | 'foreign'

const EVENT = 'text'

export interface PlacedText {
  readonly path: string
  readonly readTemplate: () => string
  /** Hash of the bytes that rally's notes say it wrote there last, for files that cannot hold a mark. */
  readonly noted?: (() => string | undefined) | undefined
}

/**
 * A file that rally places whole: a skill, a slash command, a rule, a program. Its last line is a comment with a checksum of the
 * rest, so that a later rally, also of a colleague, knows whether somebody has made the text his own. Such a text is left alone.
 * A kind of file that has no comments gets none: it is known by its content and by rally's own notes.
 */
export function textStrategy(text: PlacedText): ContentStrategy {
  return {
    install(current) {
      const wanted = Buffer.from(signText(text.path, text.readTemplate()), 'utf8')
      if (current === undefined) return { bytes: wanted, changes: [{ event: EVENT, action: 'add' }] }
      if (normalise(splitText(current).text) === wanted.toString('utf8')) return { bytes: current, changes: [] }
      const state = stateOfText(current, text)
      if (state === 'pristine') return { bytes: wanted, changes: [{ event: EVENT, action: 'replace' }] }
      throw notOurs(state)
    },
    remove(current) {
      const state = stateOfText(current, text)
      if (state !== 'pristine') throw notOurs(state)
      return { bytes: undefined, changes: [{ event: EVENT, action: 'remove' }] }
    },
    holdsOurs: (current) => stateOfText(current, text) !== 'foreign',
  }
}

/** Whether rally placed the text, and whether it is as it was then. Line endings that git rewrote don't count. */
function stateOfText(bytes: Buffer, { path, readTemplate, noted }: PlacedText): TextState {
  const text = normalise(splitText(bytes).text)
  if (commentStyleOf(path) === undefined) {
    if (text === signText(path, readTemplate())) return 'pristine'
    const hash = noted?.()
    return hash === undefined ? 'foreign' : hash === sha256(bytes) ? 'pristine' : 'edited'
  }
  const match = MARK.exec(text)
  if (!match) return 'foreign'
  return match[1] === checksum(text.slice(0, match.index + 1)) ? 'pristine' : 'edited'
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
/** The mark in any style: an older rally wrote `#` into every file that is no markup. */
const MARK = new RegExp(
  `\\n(?:${COMMENT_STYLES.map(({ open }) => escaped(open)).join('|')})rally:([0-9a-f]{12})(?:${COMMENT_STYLES.map(({ close }) => escaped(close)).join('|')})?\\n*$`,
)

function signText(path: string, template: string): string {
  const body = normalise(template).replace(/\n*$/, '\n')
  if (path.endsWith('.json')) checkJson(body)
  const style = commentStyleOf(path)
  return style === undefined ? body : `${body}${style.open}rally:${checksum(body)}${style.close}\n`
}

function checkJson(body: string): void {
  try {
    JSON.parse(body)
  } catch {
    throw new Refused({ code: 'template', message: 'the plugin ships it as JSON, and it is none' })
  }
}

function checksum(body: string): string {
  return sha256(body).slice(0, 12)
}

function normalise(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

function notOurs(state: TextState): Refused {
  const message =
    state === 'edited'
      ? 'somebody has edited it since rally placed it; move it away to have rally place its own again'
      : 'a file of that name is there, and it is not from rally'
  return new Refused({ code: 'foreign-file', message })
}
