import type { CommandCall, CommandReader } from './command-call.js'
import { lastName } from './shell-path.js'
import { hasAny, type OptionRules, type SplitWords, splitOptions } from './split-options.js'
import type { Word } from './syntax.js'

/** Every operand is a file that is written. */
function operands(rules: OptionRules, how: (split: SplitWords) => { tree?: boolean } | undefined): CommandReader {
  return (call) => {
    const split = splitOptions(call.args, rules)
    const found = how(split)
    if (found === undefined) return
    for (const operand of split.operands) if (operand.text !== '-') call.write(operand, found)
  }
}

const COPY: OptionRules = { values: 'tS', longValues: ['target-directory', 'suffix'] }
const INSTALL: OptionRules = {
  values: 'tSmog',
  longValues: ['target-directory', 'suffix', 'mode', 'owner', 'group', 'strip-program'],
}

/** `cp a b`, `cp a b folder`, `cp -t folder a b`; answers the sources. */
function copy(rules: OptionRules, refuses: readonly string[] = []): (call: CommandCall) => readonly Word[] {
  return (call) => {
    const split = splitOptions(call.args, rules)
    if (split.uncertain || hasAny(split, 'help', 'version', ...refuses)) return []
    const target = (split.values.get('t') ?? split.values.get('target-directory'))?.at(-1)
    const sources = target === undefined ? split.operands.slice(0, -1) : split.operands
    const last = target ?? split.operands.at(-1)
    if (last?.text === undefined || sources.length === 0) return sources
    const intoFolder = target !== undefined || sources.length > 1 || /\/(?:\.\.?)?$|^\.\.?$/.test(last.text)
    const names = sources.map(({ text }) => (text === undefined ? undefined : lastName(text)))
    if (hasAny(split, 'T', 'no-target-directory')) call.write(last)
    else if (!intoFolder) call.write(last, { inside: names[0] ?? null })
    else for (const name of names) if (name !== undefined) call.write(`${last.text}/${name}`)
    return sources
  }
}

const move = copy(COPY)
const link = copy(COPY)
const install = copy(INSTALL, ['d', 'directory'])

/** Sources without a slash at their end name files in the target; options that are not known may say anything. */
function rsync(call: CommandCall): void {
  const split = splitOptions(call.args, { longValues: ['exclude'] })
  const known =
    /^(?:[avzhPrlptgoDHAXSuciWqxRKLkm]|delete|progress|archive|verbose|compress|partial|stats|checksum|update|exclude)$/
  if (split.uncertain || [...split.flags].some((flag) => !known.test(flag)) || split.flags.has('R')) return
  const target = split.operands.at(-1)
  const sources = split.operands.slice(0, -1)
  const isRemote = (word: Word) => word.text === undefined || /^[^/]*:/.test(word.text)
  if (target?.text === undefined || isRemote(target)) return
  for (const { text } of sources) {
    const name = text === undefined || text.endsWith('/') ? undefined : lastName(text.replace(/^[^/]*:/, ''))
    if (name === undefined) continue
    if (sources.length > 1 || target.text.endsWith('/')) call.write(`${target.text}/${name}`)
    else call.write(target, { inside: name })
  }
}

const SUFFIX = /^\.[A-Za-z0-9~]+$/

/** `sed -i`: GNU's suffix is part of the option, BSD's the next word (`sed -i '' …`). */
function sed(call: CommandCall): void {
  const split = splitOptions(call.args, {
    values: 'efl',
    rest: 'i',
    longValues: ['expression', 'file', 'line-length'],
  })
  if (split.uncertain || !hasAny(split, 'i', 'in-place', 'I')) return
  const words = [...split.operands]
  const first = words[0]?.text
  if (split.values.get('i')?.[0]?.text === '' && (first === '' || (first !== undefined && SUFFIX.test(first)))) {
    words.shift()
  }
  if (!hasAny(split, 'e', 'f', 'expression', 'file')) words.shift()
  for (const word of words) call.write(word)
}

/** `perl -pi -e`, `ruby -i -ne`: only with a program on the command line, else the first operand is the program. */
function inPlace(call: CommandCall): void {
  const split = splitOptions(call.args, { values: 'eE', rest: 'iMmIFClx0', stopAtOperand: true })
  if (split.uncertain || !split.flags.has('i') || split.flags.has('c')) return
  if (!hasAny(split, 'e', 'E') || !hasAny(split, 'n', 'p')) return
  for (const word of split.operands) call.write(word)
}

function dd(call: CommandCall): void {
  for (const { text } of call.args) if (text?.startsWith('of=') === true) call.write(text.slice(3))
}

const remove = operands({}, (split) => ({ tree: hasAny(split, 'r', 'R', 'recursive') }))
const plain = (values: string, longValues: readonly string[] = []) => operands({ values, longValues }, () => ({}))
const tee = operands({}, (split) => (hasAny(split, 'help', 'version') ? undefined : {}))

/** Commands that write the files that they name. */
export const FILE_COMMANDS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['tee', tee],
  ['sponge', tee],
  ['rm', remove],
  ['unlink', plain('')],
  ['touch', plain('dtrA', ['date', 'reference', 'time'])],
  ['truncate', plain('sr', ['size', 'reference'])],
  ['sed', sed],
  ['gsed', sed],
  ['perl', inPlace],
  ['ruby', inPlace],
  ['dd', dd],
  ['cp', (call) => void move(call)],
  ['install', (call) => void install(call)],
  [
    'mv',
    (call) => {
      for (const source of move(call)) call.write(source, { tree: true })
    },
  ],
  [
    'ln',
    (call) => {
      // One operand alone is linked into the folder where the command runs.
      const sources = link(call)
      const only = call.args.filter(({ text }) => text?.startsWith('-') !== true)
      if (sources.length === 0 && only.length === 1 && only[0]?.text !== undefined) call.write(lastName(only[0].text))
    },
  ],
  ['rsync', rsync],
])
