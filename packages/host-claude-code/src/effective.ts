import {
  type HookObstacle,
  type HostEffect,
  type HostFileState,
  strongest,
  switchedOff,
  valueIn,
} from '@rally/plugin-kit'

/** Where an organisation keeps its policy: Linux, then macOS. */
const POLICIES = ['/etc/claude-code', '/Library/Application Support/ClaudeCode'] as const
const OFF = ['disableAllHooks'] as const
const MANAGED_ONLY = ['allowManagedHooksOnly'] as const

const HANDLERS: readonly unknown[] = ['command', 'http', 'mcp_tool', 'prompt', 'agent']
/** Below an event that it does not know, Claude Code looks at nothing (2.1.330). */
const EVENTS: ReadonlySet<string> = new Set([
  ...['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'Notification', 'UserPromptSubmit'],
  ...['UserPromptExpansion', 'SessionStart', 'SessionEnd', 'Stop', 'StopFailure', 'SubagentStart', 'SubagentStop'],
  ...[
    'PreCompact',
    'PostCompact',
    'PreModelSwitch',
    'PostModelSwitch',
    'PermissionRequest',
    'PermissionDenied',
    'Setup',
  ],
  ...['TeammateIdle', 'TaskCreated', 'TaskCompleted', 'Elicitation', 'ElicitationResult', 'ConfigChange'],
  ...['WorktreeCreate', 'WorktreeRemove', 'InstructionsLoaded', 'CwdChanged', 'FileChanged', 'DirectoryAdded'],
  'MessageDisplay',
])

/**
 * Which files decide whether Claude Code runs hooks, strongest first. A file with one entry of a wrong form gives it no hooks at
 * all; a policy may shut out everybody's. Each seen in real runs of 2.1.330.
 */
export const EFFECTIVE: HostEffect = {
  deciding: POLICIES.flatMap((folder) => [
    { scope: 'system', path: `${folder}/managed-settings.json`, dialect: 'json' } as const,
    { scope: 'system', path: `${folder}/managed-settings.d`, dialect: 'json', folder: true } as const,
  ]),
  plugins: {
    path: '.claude/plugins/cache',
    homeVariable: 'CLAUDE_CONFIG_DIR',
    below: '{market}/{name}/{version}/hooks/hooks.json',
    as: '{name}@{market}',
  },
  judge(files) {
    const managed = files.filter(({ scope }) => scope === 'system')
    const own = files.filter(({ scope }) => scope !== 'system')
    const of = (wanted: string) => own.filter(({ scope }) => scope === wanted)
    const byStrength = [...managed, ...of('local'), ...of('project'), ...of('user')]
    const off = strongest(byStrength, OFF)
    const closed = strongest(managed, MANAGED_ONLY)
    const enabled = strongestOf(byStrength)
    return {
      obstacles: [
        ...(off?.value === true ? [switchedOff(off.file, OFF, true)] : []),
        ...(closed?.value === true ? [switchedOff(closed.file, MANAGED_ONLY, true)] : []),
        ...own.flatMap((file) => wrongEntry(file) ?? []),
      ],
      notes: [],
      plugins: enabled,
    }
  },
}

/** Plugins that are switched on: of each the strongest file that names it decides. */
function strongestOf(files: readonly HostFileState[]): string[] {
  const said = new Map<string, unknown>()
  for (const { value } of files) {
    const named = valueIn(value, ['enabledPlugins'])
    if (typeof named !== 'object' || named === null) continue
    for (const [name, on] of Object.entries(named)) if (!said.has(name)) said.set(name, on)
  }
  return [...said].flatMap(([name, on]) => (on === true ? [name] : []))
}

/** The first entry for which Claude Code passes over the whole file. */
function wrongEntry({ path, value }: HostFileState): HookObstacle | undefined {
  const hooks = valueIn(value, ['hooks'])
  if (typeof hooks !== 'object' || hooks === null) return undefined
  for (const [event, groups] of Object.entries(hooks)) {
    if (!EVENTS.has(event) || groups === null) continue
    const wrong = Array.isArray(groups) ? wrongGroup(groups) : 'is no list'
    if (wrong === undefined) continue
    return {
      kind: 'ignored',
      file: path,
      reason: `Claude Code ignores all hooks of this file because hooks.${event}${wrong}`,
      remedy: `correct or remove that entry in ${path}`,
    }
  }
  return undefined
}

function wrongGroup(groups: readonly unknown[]): string | undefined {
  for (const [index, group] of groups.entries()) {
    const at = `[${index}]`
    if (!isObject(group)) return `${at} is no object`
    if ('matcher' in group && typeof group.matcher !== 'string') return `${at}.matcher is no text`
    if (!Array.isArray(group.hooks)) return `${at} has no list "hooks"`
    const wrong = group.hooks.findIndex((handler) => !isHandler(handler))
    if (wrong >= 0) return `${at}.hooks[${wrong}] is no handler that it knows`
  }
  return undefined
}

function isHandler(value: unknown): boolean {
  if (!isObject(value) || !HANDLERS.includes(value.type)) return false
  const { timeout } = value
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) return false
  return value.type !== 'command' || typeof value.command === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
