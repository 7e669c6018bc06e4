import type { Word } from './syntax.js'

export interface OptionRules {
  /** Short options whose value is the rest of the word or the next one. */
  readonly values?: string
  /** Short options whose value is the rest of the word, if any (`sed -i`). */
  readonly rest?: string
  /** Long options, without dashes, whose value is the next word unless it stands behind `=`. */
  readonly longValues?: readonly string[]
  /** Everything behind the first operand is an operand (wrappers). */
  readonly stopAtOperand?: boolean
}

export interface SplitWords {
  /** Short options as letters, long ones by name. */
  readonly flags: ReadonlySet<string>
  /** The values in order; by letter or name. */
  readonly values: ReadonlyMap<string, readonly (Word | undefined)[]>
  readonly operands: readonly Word[]
  /** Where the operands behind `--` begin; undefined without one. */
  readonly dashes: number | undefined
  /** A word may turn out to be an option: what the others mean is not certain then. */
  readonly uncertain: boolean
}

/** Options and operands of a command's arguments, as getopt reads them: options may follow operands. */
export function splitOptions(words: readonly Word[], rules: OptionRules = {}): SplitWords {
  const flags = new Set<string>()
  const values = new Map<string, (Word | undefined)[]>()
  const operands: Word[] = []
  const put = (name: string, value: Word | undefined) => {
    flags.add(name)
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  let dashes: number | undefined
  let uncertain = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    const text = word.text
    if (word.openOption && dashes === undefined) uncertain = true
    if (dashes !== undefined || text === undefined || !text.startsWith('-') || text === '-') {
      operands.push(word)
      if (rules.stopAtOperand === true && dashes === undefined) {
        for (const later of words.slice(at + 1)) operands.push(later)
        break
      }
    } else if (text === '--') dashes = operands.length
    else if (text.startsWith('--')) {
      const equals = text.indexOf('=')
      const name = equals < 0 ? text.slice(2) : text.slice(2, equals)
      if (equals >= 0) put(name, { ...word, text: text.slice(equals + 1) })
      else if (rules.longValues?.includes(name)) put(name, words[++at])
      else flags.add(name)
    } else {
      for (let letter = 1; letter < text.length; letter++) {
        const name = text[letter] ?? ''
        if (rules.rest?.includes(name)) {
          put(name, { ...word, text: text.slice(letter + 1) })
          break
        }
        if (rules.values?.includes(name)) {
          put(name, letter + 1 < text.length ? { ...word, text: text.slice(letter + 1) } : words[++at])
          break
        }
        flags.add(name)
      }
    }
  }
  return { flags, values, operands, dashes, uncertain }
}

/** Whether any of these options was given. */
export function hasAny(split: SplitWords, ...names: readonly string[]): boolean {
  return names.some((name) => split.flags.has(name))
}
