/** The line that asks before a commit. Without rally, and when rally itself fails, it ends quietly: only exit code 5 stops a commit. */
export const GUARD_LINE =
  'if command -v rally >/dev/null 2>&1; then NODE_EXTRA_CA_CERTS= rally guard --staged --pre-commit </dev/null || [ $? -ne 5 ] || exit 1; fi'

/**
 * How the line came into a hook: into a file that rally made, into a shell script that was there, or into a script of rally's own
 * that runs the former hook, which is kept beside it.
 */
export type GuardKind = 'new' | 'added' | 'beside'

const SHEBANG = '#!/bin/sh\n'
const BEGIN = /^# >>> rally guard \((new|added|beside)\)[^\n]*\n/m
const END = '# <<< rally guard'
/** Runs the hook that was there before, by the name under which it is kept, as git would: not at all where it is not executable. */
const chainLine = (kept: string) =>
  `if [ -x "\${0%/*}/${kept}" ]; then exec "\${0%/*}/${kept}" "$@"; fi # the hook that was here before rally guard install\n`

const block = (kind: GuardKind) =>
  `# >>> rally guard (${kind}): whose work would go with a commit; rally guard uninstall takes these lines out\n${GUARD_LINE}\n${END}\n`

/** A shell that reads POSIX lines, by its path or through `env`, with options. The line ends plainly. */
const SHELL =
  /^#![ \t]*(?:[^\s]*\/)?(?:env[ \t]+(?:-S[ \t]*)?(?:[^\s]*\/)?)?(?:busybox[ \t]+)?(?:sh|ash|bash|dash|ksh|mksh|zsh)(?:[ \t]+-[^\s]*)*[ \t]*\n/

/** Whether a file begins as a shell script. */
export function isShellScript(text: string): boolean {
  return SHELL.test(text) && !text.includes('\0')
}

/** The hook of a repository that had none. */
export function newHook(): string {
  return `${SHEBANG}${block('new')}`
}

/** A hook that asks first, and then runs the one that is kept beside it. */
export function hookBeside(kept: string): string {
  return `${SHEBANG}${block('beside')}${chainLine(kept)}`
}

/** The lines go behind the first line: in front of whatever ends the script early. */
export function withGuard(text: string): string {
  const first = text.indexOf('\n') + 1
  return text.slice(0, first) + block('added') + text.slice(first)
}

/** What rally put into a hook, and what stands there without it. */
export interface GuardFound {
  readonly kind: GuardKind
  readonly rest: string
  /** The lines are those of this version. */
  readonly isCurrent: boolean
  /** Nothing but what rally itself would have written is left: nobody has changed the file since. */
  readonly isUntouched: boolean
}

/** Undefined where rally is not in it; `damaged` (line, from 1) where its first line is there and its last one is not. */
export function findGuard(text: string, kept: string): GuardFound | { readonly damaged: number } | undefined {
  const begin = BEGIN.exec(text)
  if (begin === null) return undefined
  const end = new RegExp(`^${END}[ \\t]*\\r?(?:\\n|$)`, 'm')
  const behind = text.slice(begin.index)
  const last = end.exec(behind)
  const next = BEGIN.exec(behind.slice(begin[0].length))
  if (last === null || (next !== null && begin[0].length + next.index < last.index)) {
    return { damaged: text.slice(0, begin.index).split('\n').length }
  }
  const kind = begin[1] === 'new' ? 'new' : begin[1] === 'added' ? 'added' : 'beside'
  const own = behind.slice(0, last.index + last[0].length)
  const rest = text.slice(0, begin.index) + behind.slice(own.length)
  const written = kind === 'beside' ? SHEBANG + chainLine(kept) : SHEBANG
  return { kind, rest, isCurrent: own === block(kind), isUntouched: kind !== 'added' && rest === written }
}

/** The same hook with the lines of this version. */
export function refreshGuard(text: string, { kind }: Pick<GuardFound, 'kind'>): string {
  const begin = BEGIN.exec(text)
  const at = begin?.index ?? 0
  const end = new RegExp(`^${END}[ \\t]*\\r?(?:\\n|$)`, 'm').exec(text.slice(at))
  return text.slice(0, at) + block(kind) + text.slice(at + (end?.index ?? 0) + (end?.[0].length ?? 0))
}
