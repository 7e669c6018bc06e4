/** A command line of rally's own, in whatever form a version of rally wrote it. */
export interface OwnCommand {
  /** The host id as rally writes it today (`claude_code`). */
  readonly host: string
  readonly event: string
}

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|z)?sh\s+-l?c\s+/
const GUARD =
  /^(?:command\s+-v|which|type|test\s+-x|\[\s+-x)\s+(?:"[^"]*"|'[^']*'|[^\s;&|]+)(?:\s+\])?(?:\s*[12]?>\s*\/dev\/null|\s*2>&1|\s*&>\s*\/dev\/null)*\s*&&\s*/
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=(?:"[^"]*"|'[^']*'|[^\s"';&|]*)\s+/
const STARTER = /^(?:exec|env|node|npx(?:\s+(?:--yes|-y|--no-install|--no))*)\s+/
const PROGRAM =
  /^(?:"(?:[^"]*[\\/])?(rally(?:-hook)?)(?:\.cjs|\.js|\.cmd|\.exe)?"|'(?:[^']*[\\/])?(rally(?:-hook)?)(?:\.cjs|\.js|\.cmd|\.exe)?'|(?:[^\s"';&|]*[\\/])?(rally(?:-hook)?)(?:\.cjs|\.js|\.cmd|\.exe)?)\s+/
const WORDS = /^(["']?)([A-Za-z0-9][A-Za-z0-9_-]*)\1\s+(["']?)([A-Za-z][A-Za-z0-9_.:-]*)\3/
const TAIL =
  /^(?:\s*(?:[12]?>\s*\/dev\/null|2>&1))*\s*(?:(?:\|\||;)\s*(?:exit(?:\s+0)?|true|:|\[ \$\? -ne (\d+) \] \|\| exit \1)\s*)?;?\s*$/

/**
 * Recognises `rally-hook HOST EVENT` and `rally hook HOST EVENT`, plain, with a path, quoted, behind environment settings,
 * `sh -c`, a guard that looks for the program, and in front of `|| exit 0`. A line that does anything else as well is
 * somebody's own work and no command of ours.
 */
export function parseOwnCommand(command: string): OwnCommand | undefined {
  let rest = unwrapShell(command.trim())
  if (rest === undefined) return undefined
  for (let changed = true; changed; ) {
    const next: string = rest.replace(GUARD, '').replace(ASSIGNMENT, '').replace(STARTER, '')
    changed = next !== rest
    rest = next
  }
  const program = PROGRAM.exec(rest)
  if (!program) return undefined
  rest = rest.slice(program[0].length)
  if ((program[1] ?? program[2] ?? program[3]) === 'rally') {
    if (!/^hook\s+/.test(rest)) return undefined
    rest = rest.replace(/^hook\s+/, '')
  }
  const words = WORDS.exec(rest)
  const [host, event] = [words?.[2], words?.[4]]
  if (!words || host === undefined || event === undefined) return undefined
  return TAIL.test(rest.slice(words[0].length)) ? { host: host.replaceAll('-', '_'), event } : undefined
}

/** The script of `sh -c '…'`, the command itself when no shell is named, undefined when more than one word follows. */
function unwrapShell(command: string): string | undefined {
  const shell = SHELL.exec(command)
  if (!shell) return command
  const script = command.slice(shell[0].length).trim()
  const quoted = /^'([^']*)'$/.exec(script) ?? /^"((?:[^"\\]|\\.)*)"$/.exec(script)
  return quoted?.[1]?.replace(/\\(["\\$`])/g, '$1').trim()
}

/** Whether the text names rally's hook at all, for telling people about lines that rally leaves alone. */
export function mentionsHook(command: string): boolean {
  return /(?:^|[^\w.-])rally(?:-hook|\s+hook)(?:\.\w+)?["']?\s/.test(command)
}
