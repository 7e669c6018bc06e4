import type { ContentStrategy } from './content-strategy.js'
import { Refused } from './refusal.js'
import { sha256 } from './surroundings.js'
import { splitText } from './target-file.js'

/** How a text that rally placed looks today: as rally left it, edited since, or not rally's at all. */
export type TextState = 'pristine' | 'edited' | 'foreign'

const EVENT = 'text'

/**
 * A file that rally places whole: a skill, a slash command, a rule. Its last line is a comment with a checksum of the rest, so
 * that a later rally, also of a colleague, knows whether somebody has made the text his own. Such a text is left alone.
 */
export function textStrategy(path: string, readTemplate: () => string): ContentStrategy {
  return {
    install(current) {
      const wanted = Buffer.from(signText(path, readTemplate()), 'utf8')
      if (current === undefined) return { bytes: wanted, changes: [{ event: EVENT, action: 'add' }] }
      if (normalise(splitText(current).text) === wanted.toString('utf8')) return { bytes: current, changes: [] }
      const state = stateOfText(current)
      if (state === 'pristine') return { bytes: wanted, changes: [{ event: EVENT, action: 'replace' }] }
      throw notOurs(state)
    },
    remove(current) {
      const state = stateOfText(current)
      if (state !== 'pristine') throw notOurs(state)
      return { bytes: undefined, changes: [{ event: EVENT, action: 'remove' }] }
    },
    holdsOurs: (current) => stateOfText(current) !== 'foreign',
  }
}

/** Whether rally placed the text, and whether it is as it was then. Line endings that git rewrote don't count. */
export function stateOfText(bytes: Buffer): TextState {
  const text = normalise(splitText(bytes).text)
  const match = /\n(?:<!-- |# )rally:([0-9a-f]{12})(?: -->)?\n*$/.exec(text)
  if (!match) return 'foreign'
  return match[1] === checksum(text.slice(0, match.index + 1)) ? 'pristine' : 'edited'
}

function signText(path: string, template: string): string {
  const body = normalise(template).replace(/\n*$/, '\n')
  const sum = `rally:${checksum(body)}`
  return `${body}${/\.mdc?$/.test(path) ? `<!-- ${sum} -->` : `# ${sum}`}\n`
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
