import type { GitVerb, ShellGit, ShellWrite } from '../../model/shell-reading.js'
import type { CommandCall } from './command-call.js'
import { diffPaths } from './read-patch.js'
import { shellPath } from './shell-path.js'
import { hasAny, type OptionRules, type SplitWords, splitOptions } from './split-options.js'
import type { Word } from './syntax.js'

/** A call of git in a folder that is known. */
interface GitCall {
  readonly call: CommandCall
  readonly folder: string
  readonly args: readonly Word[]
}

/** Another repository or index than the folder's own. */
const ELSEWHERE = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR'])

/** `git [-C folder] [-c name=value] VERB …` */
export function git(call: CommandCall): void {
  const split = splitOptions(call.args, { values: 'Cc', longValues: ['config-env'], stopAtOperand: true })
  const verb = split.operands[0]?.text
  if (split.uncertain || verb === undefined || call.variables.some((name) => ELSEWHERE.has(name))) return
  if ([...split.flags].some((flag) => !/^(?:[CcpP]|no-pager|paginate|no-optional-locks|literal-pathspecs)$/.test(flag)))
    return
  let folder = call.folder
  for (const into of split.values.get('C') ?? [])
    folder = into?.text === undefined ? undefined : shellPath(folder, into.text)
  if (folder !== undefined) VERBS.get(verb)?.({ call, folder, args: split.operands.slice(1) })
}

/** What git reads as a file or folder and nothing else: no magic, no pattern. */
function paths(folder: string, words: readonly Word[]): string[] {
  return words.flatMap(({ text }) => {
    if (text === undefined || /^:|[*?[\\]/.test(text)) return []
    return shellPath(folder, text) ?? []
  })
}

function write({ call, folder }: GitCall, words: readonly Word[]): void {
  for (const path of paths('.', words)) call.write(path, { tree: true, folder })
}

/** Names the command, limited to those of `words` that turn out to be folders. */
function nameFolders({ call, folder }: GitCall, verb: GitVerb, words: readonly Word[]): void {
  const scope = paths(folder, words)
  if (scope.length > 0) call.git({ verb, folder, scope })
}

/** Names the command, limited to `words` when there are any; silent when one of them cannot be read. */
function name(
  { call, folder }: GitCall,
  verb: GitVerb,
  words: readonly Word[] = [],
  more: Partial<ShellGit> = {},
): void {
  const scope = paths(folder, words)
  if (scope.length === words.length) call.git({ verb, folder, ...(words.length === 0 ? {} : { scope }), ...more })
}

/** Options and operands of a git command; undefined when nothing is done or it is not certain what. */
function read({ args }: GitCall, rules: OptionRules, ...refuses: readonly string[]): SplitWords | undefined {
  const split = splitOptions(args, rules)
  return split.uncertain || hasAny(split, 'help', 'h', ...refuses) ? undefined : split
}

function mv(git: GitCall): void {
  const split = read(git, {}, 'n', 'dry-run')
  const last = split?.operands.at(-1)
  if (split === undefined || split.operands.length < 2 || last?.text === undefined) return
  const sources = split.operands.slice(0, -1)
  write(git, sources)
  for (const source of paths('.', sources)) {
    const inside = source.split('/').pop() ?? null
    if (sources.length > 1 || last.text.endsWith('/')) git.call.write(`${last.text}/${inside}`, { folder: git.folder })
    else git.call.write(last, { inside, folder: git.folder })
  }
}

function rm(git: GitCall): void {
  const split = read(git, { longValues: ['pathspec-from-file'] }, 'cached', 'n', 'dry-run')
  if (split !== undefined) write(git, split.operands)
}

function restore(git: GitCall): void {
  const split = read(git, { values: 's', longValues: ['source', 'pathspec-from-file'] }, 'p', 'patch')
  if (split === undefined) return
  if (hasAny(split, 'S', 'staged') && !hasAny(split, 'W', 'worktree')) return
  write(git, split.operands)
}

function checkout(git: GitCall): void {
  const split = read(git, { values: 'bB', longValues: ['orphan', 'conflict', 'pathspec-from-file'] }, 'p', 'patch')
  if (split === undefined) return
  const { operands, dashes } = split
  const [first] = operands
  const created = ['b', 'B', 'orphan'].flatMap((flag) => split.values.get(flag) ?? [])[0]
  if (dashes !== undefined && operands.length > dashes) write(git, operands.slice(dashes))
  else if (hasAny(split, 'ours', 'theirs')) write(git, operands)
  else if (created !== undefined) branch(git, 'checkout', created)
  else if (first === undefined) {
    // Without a branch it only lists, unless it is told to throw changes away.
    if (hasAny(split, 'f', 'force')) name(git, 'checkout')
  } else if (first.text !== undefined && isOnlyPath(first.text)) write(git, operands)
  else if (operands.length > 1) write(git, operands.slice(1))
  else {
    const isRevision = dashes !== undefined || /[~^]|^-$/.test(first.text ?? '')
    branch(git, 'checkout', first, isRevision ? [] : paths(git.folder, operands))
  }
}

/** No branch can have such a name. */
function isOnlyPath(text: string): boolean {
  return /^\.|\/$|\/\.|\.lock$/.test(text)
}

function branch(git: GitCall, verb: 'checkout' | 'switch', to: Word | undefined, files: readonly string[] = []): void {
  const orWrites = files.map((path): ShellWrite => ({ path, tree: true, by: 'git' }))
  name(git, verb, [], {
    ...(to?.text === undefined ? {} : { target: to.text }),
    ...(orWrites.length === 0 ? {} : { orWrites }),
  })
}

function switchTo(git: GitCall): void {
  const split = read(git, { values: 'cC', longValues: ['create', 'force-create', 'orphan', 'conflict'] })
  if (split === undefined) return
  const created = ['c', 'C', 'create', 'force-create', 'orphan'].flatMap((flag) => split.values.get(flag) ?? [])[0]
  const to = created ?? split.operands[0]
  if (to !== undefined) branch(git, 'switch', to)
}

const MESSAGES: OptionRules = {
  values: 'mFCct',
  rest: 'Su',
  longValues: [
    ...[
      'message',
      'file',
      'reuse-message',
      'reedit-message',
      'template',
      'author',
      'date',
      'fixup',
      'squash',
      'trailer',
    ],
    ...['cleanup', 'pathspec-from-file'],
  ],
}

function commit(git: GitCall): void {
  const split = read(git, MESSAGES, 'dry-run', 'p', 'patch', 'interactive')
  if (split === undefined) return
  if (hasAny(split, 'a', 'all')) name(git, 'commit-all')
  else nameFolders(git, 'commit-folder', split.operands)
}

function add(git: GitCall): void {
  const split = read(
    git,
    { longValues: ['chmod', 'pathspec-from-file'] },
    'n',
    'dry-run',
    'p',
    'patch',
    'i',
    'interactive',
    'e',
  )
  if (split === undefined || hasAny(split, 'pathspec-from-file', 'refresh', 'N', 'intent-to-add')) return
  const all = hasAny(split, 'A', 'all', 'u', 'update', 'no-ignore-removal')
  const isTop = ({ text }: Word) => text === ':/' || text === ':/.'
  if (split.operands.some(isTop)) name(git, 'add-all')
  else if (all) name(git, 'add-all', split.operands)
  else {
    const isAll = ({ text }: Word) => text !== undefined && /^(?:\.{1,2}\/?)+$/.test(text)
    const folders = split.operands.filter(isAll)
    if (folders.length > 0) name(git, 'add-all', folders)
    nameFolders(
      git,
      'add-folder',
      split.operands.filter((word) => !isAll(word)),
    )
  }
}

function stash(git: GitCall): void {
  const [first] = git.args
  const isPush = first?.text === 'push' || first?.text === 'save'
  if (first !== undefined && !isPush && first.text?.startsWith('-') !== true) return
  const rest = { ...git, args: isPush ? git.args.slice(1) : git.args }
  const split = read(rest, { values: 'm', longValues: ['message', 'pathspec-from-file'] }, 'p', 'patch', 'S', 'staged')
  if (split === undefined || split.flags.has('pathspec-from-file')) return
  // What follows `save` is a message.
  if (first?.text === 'save' || split.operands.length === 0) name(git, 'stash')
  else write(git, split.operands)
}

function reset(git: GitCall): void {
  const split = read(git, {})
  if (split?.flags.has('hard') === true) name(git, 'reset-hard')
}

function clean(git: GitCall): void {
  const split = read(git, { values: 'e', longValues: ['exclude'] }, 'n', 'dry-run', 'i', 'interactive')
  if (split !== undefined && hasAny(split, 'f', 'force')) name(git, 'clean', split.operands)
}

function rebase(git: GitCall): void {
  const split = read(git, {}, 'abort', 'quit', 'edit-todo', 'show-current-patch')
  if (split !== undefined) name(git, 'rebase')
}

function pull(git: GitCall): void {
  const split = read(git, {}, 'dry-run')
  if (split !== undefined) name(git, 'pull')
}

function apply(git: GitCall): void {
  const refuses = ['check', 'stat', 'numstat', 'summary', 'cached', 'directory', 'exclude', 'include']
  const split = read(git, { values: 'pC' }, ...refuses)
  if (split === undefined || split.operands.some(({ text }) => text !== '-')) return
  const strip = split.values.get('p')?.[0]?.text ?? '1'
  if (/^[0-9]{1,2}$/.test(strip)) diffPaths(git.call, Number(strip), git.folder)
}

const VERBS: ReadonlyMap<string, (git: GitCall) => void> = new Map([
  ['mv', mv],
  ['rm', rm],
  ['restore', restore],
  ['checkout', checkout],
  ['switch', switchTo],
  ['commit', commit],
  ['add', add],
  ['stage', add],
  ['stash', stash],
  ['reset', reset],
  ['clean', clean],
  ['rebase', rebase],
  ['pull', pull],
  ['apply', apply],
])
