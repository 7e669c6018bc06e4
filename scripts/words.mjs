// One word for one thing: words and wordings that were given up, and what stands in their place. Looked for in product code
// and in pages; the glossary explains the words that stay.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { productFiles } from './product-code.mjs'
import { root } from './ready.mjs'

/** Given up -> in its place. */
const GIVEN_UP = [
  [/\bparticipants?\b/i, 'session'],
  [/\breservations?\b/i, 'claim'],
  [/\bleadership\b(?! seat')/i, 'lead'],
  [/\bleave word\b/i, 'send a message'],
  [/\bfor another while\b/i, 'renew'],
  [/\bbytes of before\b/i, 'restored exactly'],
  [/\bhears? of a collision\b/i, 'warned about a collision'],
  [/\bhas it in flight\b/i, 'is editing'],
  [/\bthing\(s\)/i, 'problem'],
  [/\bhad nothing to say\b/i, 'works (nothing to report)'],
  [/\bnobody that rally knows\b/i, 'a plain shell, no agents yet'],
  [/\bnot behind anything\b/i, 'the clock is fine'],
  [/\btake a record back\b/i, 'retract a record'],
  [/\bwhere does all this lie\b/i, 'where the files are'],
]
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']

function pages() {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  return [...PAGES, ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }))
}

/** Vague in a page, where the actor can be named; in code it may be the subject of a comment. */
const VAGUE = [
  [/\b(somebody|whoever)\b/i, 'the actor: a session, an agent, a reader, a program'],
  [/\bas handled\b|\bhandled (before|ones)\b/i, 'acknowledged'],
  [/\bread the room\b/i, 'see what your agents do'],
]

/** `{path, line, word, instead}` for each place. */
export function givenUpWords(files = [...productFiles(), ...pages()]) {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) =>
      (path.endsWith('.md') ? [...GIVEN_UP, ...VAGUE] : GIVEN_UP).flatMap(([pattern, instead]) => {
        const found = pattern.exec(content)
        return found ? [{ path, line: index + 1, word: found[0], instead }] : []
      }),
    ),
  )
}
