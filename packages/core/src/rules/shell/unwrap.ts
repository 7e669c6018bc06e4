import { type OptionRules, splitOptions } from './split-options.js'
import type { Word } from './syntax.js'

interface Wrapper extends OptionRules {
  /** Options that may be there; with any other one the command is not read. */
  readonly allows: RegExp
  /** Words between its options and the command. */
  readonly skips?: number
  /** `NAME=value` may stand in front of the command. */
  readonly variables?: boolean
}

/** Programs that run the command that follows them. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      values: 'ugphCT',
      longValues: ['user', 'group'],
      allows: /^(?:[ugEHnSkBA]|user|group|preserve-env)$/,
      variables: true,
    },
  ],
  ['doas', { values: 'u', allows: /^[un]$/ }],
  ['env', { values: 'u', longValues: ['unset'], allows: /^(?:[iu0v]|unset|ignore-environment)$/, variables: true }],
  ['command', { allows: /^p$/ }],
  ['builtin', { allows: /^$/ }],
  ['exec', { values: 'a', allows: /^[acl]$/ }],
  ['nohup', { allows: /^$/ }],
  ['time', { values: 'fo', longValues: ['format', 'output'], allows: /^(?:[pvaf]|format|verbose|portability)$/ }],
  ['setsid', { allows: /^[cfw]$/ }],
  ['nice', { values: 'n', longValues: ['adjustment'], allows: /^(?:[n0-9]|adjustment)$/ }],
  ['ionice', { values: 'cn', allows: /^[cnt]$/ }],
  ['stdbuf', { values: 'ioe', allows: /^[ioe]$/ }],
  [
    'timeout',
    {
      values: 'ks',
      longValues: ['kill-after', 'signal'],
      allows: /^(?:[ksvfp]|kill-after|signal|foreground|preserve-status|verbose)$/,
      skips: 1,
    },
  ],
])

/** A wrapper puts another one in front at most this often. */
const MAX_WRAPPERS = 8

/** The command that runs in the end, and the variables that wrappers set; undefined when it cannot be told. */
export function unwrap(words: readonly Word[]): { words: readonly Word[]; variables: readonly string[] } | undefined {
  const variables: string[] = []
  let rest = words
  for (let count = 0; count < MAX_WRAPPERS; count++) {
    const wrapper = WRAPPERS.get(commandName(rest[0]) ?? '')
    if (wrapper === undefined) return { words: rest, variables }
    const split = splitOptions(rest.slice(1), { ...wrapper, stopAtOperand: true })
    if (split.uncertain || [...split.flags].some((flag) => !wrapper.allows.test(flag))) return undefined
    rest = split.operands.slice(wrapper.skips ?? 0)
    while (wrapper.variables === true) {
      const name = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(rest[0]?.text ?? '')?.[1]
      if (name === undefined) break
      variables.push(name)
      rest = rest.slice(1)
    }
  }
  return undefined
}

/** `sed` for `/usr/bin/sed`. */
export function commandName(word: Word | undefined): string | undefined {
  return word?.text?.split('/').pop()
}
