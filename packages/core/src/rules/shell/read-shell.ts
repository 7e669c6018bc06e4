import type { ShellGit, ShellReading, ShellWrite } from '../../model/shell-reading.js'
import type { CommandReader } from './command-call.js'
import { parseShell } from './parse-shell.js'
import { FILE_COMMANDS } from './read-file-commands.js'
import { git } from './read-git.js'
import { applyPatch, patch } from './read-patch.js'
import { shellPath } from './shell-path.js'
import { splitOptions } from './split-options.js'
import type { CommandList, Redirection, ShellNode, SimpleCommand, Word } from './syntax.js'
import { commandName, unwrap } from './unwrap.js'

/** Longer command lines are read up to here: a patch that is longer still names its first files. */
const MAX_LENGTH = 8 * 1024 * 1024
/** No more than this many files and git commands are named. */
const MAX_FOUND = 1000
/** `bash -c` in `bash -c`: deeper ones are not read. */
const MAX_SCRIPTS = 6

const READERS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ...FILE_COMMANDS,
  ['git', git],
  ['apply_patch', applyPatch],
  ['applypatch', applyPatch],
  ['patch', patch],
])

/** A command line in which none of these stands, quotes and backslashes left out, changes no file. */
const WRITING_WORDS: readonly string[] = ['>', ...READERS.keys()]
const MAY_WRITE = new RegExp(WRITING_WORDS.join('|'))

/** Git, or who calls it, and a word by which it may go to another branch; else one by which it may change files. */
const GIT = /\bgit[^\w.-]|\bpr +checkout\b/
const MOVES = /\b(?:checkout|switch|rebase|bisect|pull|symbolic-ref|branch +-[mM])\b/
const CHANGES = /\b(?:merge|stash|reset|restore)\b/

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash'])
/** They do not fail in ordinary use, so that what follows behind `&&` runs. */
const HARMLESS = new Set(['cd', 'echo', 'export', 'mkdir', 'printf', 'pushd', 'pwd', 'set', 'true', ':'])

/** A running shell, as far as it matters here. */
interface Shell {
  /** Undefined when it is not known. */
  folder: string | undefined
  /** How often the folder was changed. */
  moves: number
  /** Functions by which commands were replaced. */
  readonly functions: Set<string>
  /** It ended, or became another program. */
  ended: boolean
  readonly scripts: number
}

interface Found {
  readonly writes: Map<string, ShellWrite>
  readonly git: ShellGit[]
}

/**
 * Which files a shell command line writes, and which git commands in it take others' work along. What depends on variables,
 * substitutions or on which files exist is left out, as is a line that is not whole. Nothing is run or looked up; linear in
 * the length of the command.
 *
 * @param command the text for a shell, or the words of a program call.
 */
export function readShell(command: string | readonly string[]): ShellReading {
  const found: Found = { writes: new Map(), git: [] }
  const words = typeof command === 'string' ? command : command.join(' ')
  const bare = words.replace(/[\\'"\n]/g, '')
  const git = words.search(GIT)
  const rest = git < 0 ? '' : words.slice(git)
  const moves = (MOVES.exec(rest) ?? CHANGES.exec(rest))?.[0]
  const hint = moves === undefined ? {} : { moves }
  if (typeof command === 'string' && !MAY_WRITE.test(bare)) return { writes: [], git: [], ...hint }
  const shell: Shell = { folder: '.', moves: 0, functions: new Set(), ended: false, scripts: 0 }
  if (typeof command === 'string') runScript(command, shell, found)
  else
    runSimple(
      { kind: 'simple', variables: [], words: command.map(plainWord), redirections: [], inner: [] },
      shell,
      found,
    )
  return { writes: [...found.writes.values()], git: found.git, ...hint }
}

function plainWord(text: string): Word {
  return { text, openOption: false, bare: false, inner: [] }
}

function runScript(source: string, shell: Shell, found: Found): void {
  runList(parseShell(source.slice(0, MAX_LENGTH).replaceAll('\r\n', '\n')), shell, found)
}

type Item = CommandList['items'][number]

function runList(list: CommandList, shell: Shell, found: Found): void {
  let chain: Item[] = []
  for (const item of list.items) {
    chain.push(item)
    if (item.joint !== ';' && item.joint !== '&') continue
    if (shell.ended) return
    runChain(chain, item.joint === '&' ? subshell(shell) : shell, found)
    chain = []
  }
  if (!shell.ended) runChain(chain, shell, found)
}

/**
 * Commands joined by `&&`, `||` and `|`, of which only the first surely runs. Inside the chain a folder that was changed is
 * known as long as every command needs the one before it; behind the chain only if the change surely took place.
 */
function runChain(chain: readonly Item[], shell: Shell, found: Found): void {
  const here = { ...shell }
  const start = shell.folder
  /** The folder behind the chain if nothing else is said. */
  let behind = start
  let sure = true
  let before: Item['joint'] = ';'
  for (const { node, joint } of chain) {
    const piped = joint === '|' || before === '|'
    const inside = piped ? subshell(here) : here
    const moves = inside.moves
    run(node, inside, found)
    if (inside.moves !== moves && joint !== '|') {
      here.moves++
      // In some shells the last part of a pipe is the shell itself; what stands behind `||` runs or not.
      if (piped || before === '||') here.folder = undefined
      behind = sure && !piped ? here.folder : undefined
    }
    if (sure && !piped && here.ended) shell.ended = true
    if (shell.ended) return
    here.ended = false
    // What stands behind `||` runs where the last command failed, perhaps before the folder was changed.
    if (joint === '||' && here.folder !== start) here.folder = undefined
    if (joint === '||' || (joint !== '|' && !isHarmless(node))) sure = false
    before = joint
  }
  shell.folder = behind
  shell.moves = here.moves
}

function isHarmless(node: ShellNode): boolean {
  return node.kind === 'simple' && HARMLESS.has(commandName(node.words[0]) ?? '')
}

function subshell(shell: Shell): Shell {
  return { ...shell, functions: new Set(shell.functions) }
}

function run(node: ShellNode, shell: Shell, found: Found): void {
  switch (node.kind) {
    case 'simple':
      runSimple(node, shell, found)
      return
    case 'list':
      runList(node, shell, found)
      return
    case 'function':
      shell.functions.add(node.name)
      return
    case 'group':
      openRedirections(node.redirections, shell, found)
      runList(node.body, node.subshell ? subshell(shell) : shell, found)
      return
    case 'branch':
      openRedirections(node.redirections, shell, found)
      for (const part of node.parts) {
        const inside = subshell(shell)
        runList(part, inside, found)
        for (const name of inside.functions) shell.functions.add(name)
        if (inside.moves === shell.moves) continue
        // Whether it ran, or how often, is not known.
        shell.folder = undefined
        shell.moves++
      }
  }
}

function openRedirections(redirections: readonly Redirection[], shell: Shell, found: Found): void {
  for (const { kind, target } of redirections) {
    if (kind === 'write') put(found, shellPath(shell.folder, target.text ?? ''), { tree: false, by: 'redirection' })
  }
}

function runSimple(command: SimpleCommand, shell: Shell, found: Found): void {
  for (const node of command.inner) run(node, subshell(shell), found)
  openRedirections(command.redirections, shell, found)
  const name = command.words[0]
  if (name === undefined || shell.functions.has(name.text ?? '')) return
  const unwrapped = unwrap(command.words)
  if (unwrapped === undefined) return
  if (name.text === 'exit' || name.text === 'return' || (name.text === 'exec' && unwrapped.words.length > 0)) {
    shell.ended = true
  }
  call(unwrapped.words, [...command.variables, ...unwrapped.variables], command.redirections, shell, found)
}

function call(
  words: readonly Word[],
  variables: readonly string[],
  redirections: readonly Redirection[],
  shell: Shell,
  found: Found,
): void {
  const name = commandName(words[0])
  const args = words.slice(1)
  const input = inputOf(redirections)
  if (name === undefined) return
  if (name === 'cd' || name === 'pushd') changeFolder(args, shell)
  else if (name === 'popd') moveTo(undefined, shell)
  else if (name === 'eval') {
    const texts = args.map(({ text }) => text)
    if (texts.every((text) => text !== undefined)) runNested(texts.join(' '), shell, shell, found)
  } else if (SHELLS.has(name)) runShell(args, input, shell, found)
  else {
    READERS.get(name)?.({
      name,
      args,
      folder: shell.folder,
      input,
      variables,
      write(word, { tree = false, inside, folder = shell.folder } = {}) {
        const text = typeof word === 'object' ? word.text : word
        put(found, shellPath(folder, text ?? ''), { tree, by: name, ...(inside === undefined ? {} : { inside }) })
      },
      git(git) {
        if (found.git.length < MAX_FOUND) found.git.push(git)
      },
    })
  }
}

function put(found: Found, path: string | undefined, how: Omit<ShellWrite, 'path'>): void {
  if (path === undefined || /^\/(?:dev|proc)\//.test(path)) return
  const before = found.writes.get(path)
  if (before === undefined && found.writes.size >= MAX_FOUND) return
  // Of two that name one path the one that says more stays.
  if (before === undefined || (how.tree && !before.tree)) found.writes.set(path, { path, ...how })
}

/** The text that a command reads: the last one counts. Lines with variables in them are left out. */
function inputOf(redirections: readonly Redirection[]): string | undefined {
  const document = redirections.filter(({ kind }) => kind === 'text').at(-1)?.document
  if (document === undefined || document.literal) return document?.text
  return document.text
    .split('\n')
    .map((line) => (/(?:^|[^\\])(?:\\\\)*[$`]/.test(line) ? '' : line.replace(/\\([$`\\])/g, '$1')))
    .join('\n')
}

function changeFolder(args: readonly Word[], shell: Shell): void {
  const { operands, uncertain } = splitOptions(args)
  const text = operands[0]?.text
  const isPlain = !uncertain && operands.length === 1 && text !== undefined && text !== '-'
  // `cd ""` stays where it is.
  if (isPlain && text === '') return
  moveTo(isPlain ? shellPath(shell.folder, text) : undefined, shell)
}

function moveTo(folder: string | undefined, shell: Shell): void {
  shell.folder = folder
  shell.moves++
}

/** `bash -lc SCRIPT`, `bash <<'EOF'`. */
function runShell(args: readonly Word[], input: string | undefined, shell: Shell, found: Found): void {
  const { flags, operands, uncertain } = splitOptions(args, {
    stopAtOperand: true,
    values: 'oO',
    longValues: ['rcfile', 'init-file'],
  })
  const inside: Shell = { folder: shell.folder, moves: 0, functions: new Set(), ended: false, scripts: shell.scripts }
  const script = operands[0]?.text
  if (uncertain || flags.has('n')) return
  if (flags.has('c')) {
    if (script !== undefined) runNested(script, shell, inside, found)
  } else if (input !== undefined && (operands.length === 0 || flags.has('s'))) runNested(input, shell, inside, found)
}

function runNested(script: string, outer: Shell, shell: Shell, found: Found): void {
  if (outer.scripts >= MAX_SCRIPTS) return
  const inside = { ...shell, scripts: outer.scripts + 1 }
  runScript(script, inside, found)
  // `eval` runs in the shell itself.
  if (outer === shell) {
    shell.folder = inside.folder
    shell.moves = inside.moves
    shell.ended = inside.ended
  }
}
