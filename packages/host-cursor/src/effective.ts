import { type HookObstacle, type HostEffect, type HostFileState, valueIn } from '@rally/plugin-kit'

/** The events of the 1.0.32 runtime (read there, not run). */
const EVENTS: ReadonlySet<string> = new Set([
  ...['beforeShellExecution', 'afterShellExecution', 'beforeMCPExecution', 'afterMCPExecution', 'beforeReadFile'],
  ...['afterFileEdit', 'beforeTabFileRead', 'afterTabFileEdit', 'stop', 'beforeSubmitPrompt', 'afterAgentResponse'],
  ...['afterAgentThought', 'sessionStart', 'sessionEnd', 'preCompact', 'subagentStart', 'subagentStop', 'preToolUse'],
  ...['postToolUse', 'postToolUseFailure', 'workspaceOpen'],
])
const TYPES: readonly unknown[] = [undefined, 'command', 'prompt']

/** Cursor rejects a file as a whole for one thing that it does not know, and a project's that is reached through a link. */
export const EFFECTIVE: HostEffect = {
  deciding: [],
  judge: (files) => ({ obstacles: files.flatMap((file) => wrongFile(file) ?? []), notes: [] }),
}

function wrongFile({ path, scope, linked, value }: HostFileState): HookObstacle | undefined {
  if (value === undefined) return undefined
  if (scope === 'project' && linked) {
    const reason = 'Cursor refuses a project file that is reached through a symbolic link'
    return { kind: 'ignored', file: path, reason, remedy: `put a real file at ${path}` }
  }
  const wrong = wrongIn(value)
  if (wrong === undefined) return undefined
  const reason = `Cursor rejects this file because ${wrong}`
  return { kind: 'ignored', file: path, reason, remedy: `correct or remove that in ${path}` }
}

function wrongIn(value: unknown): string | undefined {
  const hooks = valueIn(value, ['hooks'])
  if (typeof valueIn(value, ['version']) !== 'number') return 'it has no number "version"'
  if (typeof hooks !== 'object' || hooks === null || Array.isArray(hooks)) return undefined
  for (const [event, entries] of Object.entries(hooks)) {
    if (!EVENTS.has(event)) return `it knows no event ${JSON.stringify(event)}`
    if (!Array.isArray(entries)) return `hooks.${event} is no list`
    for (const [index, entry] of entries.entries()) {
      const at = wrongEntry(entry)
      if (at !== undefined) return `hooks.${event}[${index}]${at}`
    }
  }
  return undefined
}

function wrongEntry(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ' is no object'
  const { type, command, matcher, timeout } = Object.fromEntries(Object.entries(entry))
  if (!TYPES.includes(type)) return '.type is one that it does not know'
  if (type !== 'prompt' && typeof command !== 'string') return '.command is no text'
  if (typeof command === 'string' && command.includes('//'))
    return '.command holds //, behind which Cursor cuts the line off'
  if (timeout !== undefined && typeof timeout !== 'number') return '.timeout is no number'
  if (matcher === undefined) return undefined
  return typeof matcher === 'string' && isExpression(matcher) ? undefined : '.matcher is no valid expression'
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
