import { clip } from './clip.js'
import { cleanText } from './peer-text.js'

/** Characters of a prompt that stand for its task. */
const LINE_CHARS = 80
/** Of a longer prompt no more is looked at. */
const LOOKED_AT = 4000

/** Words that look like a key: with a known beginning, or long and made of letters and digits without an end. */
const keys = (): RegExp[] => [
  /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|github_pat|glpat|xox[abprs]|hf|npm|AKIA|ASIA|AIza|eyJ)[-_A-Za-z0-9.]{8,}/g,
  /\b(?=[A-Za-z0-9+/_=-]*[0-9])(?=[A-Za-z0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{28,}/g,
  /\b((?:pass(?:word|wd)?|secret|token|api[-_ ]?key)\s*[:=]\s*)\S+/gi,
]

/**
 * The first line of what a person asked an agent, as the picture shows it: one line of at most 80 characters, what looks like a
 * key masked. Undefined for what is no task: nothing, a slash command, rally's own sentence.
 */
export function promptLine(prompt: string): string | undefined {
  const line = cleanText(prompt.slice(0, LOOKED_AT))
    .split('\n')
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .find((one) => one !== '')
  if (line === undefined || line.startsWith('/') || line.startsWith('<') || line.startsWith('rally:')) return undefined
  return clip(maskKeys(line), LINE_CHARS, { keep: LINE_CHARS - 1, mark: '…' })
}

function maskKeys(line: string): string {
  return keys().reduce(
    (text, key) => text.replace(key, (_all, before) => `${typeof before === 'string' ? before : ''}***`),
    line,
  )
}
