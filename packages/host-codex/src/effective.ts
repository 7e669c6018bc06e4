import {
  type HookObstacle,
  type HostEffect,
  type HostFileState,
  strongest,
  switchedOff,
  valueIn,
} from '@rally/plugin-kit'
import { SETTINGS } from './trust.js'

const MANAGED_ONLY = ['allow_managed_hooks_only'] as const
/** A file with any other key is dropped (0.169.0). */
const KEYS: readonly string[] = ['hooks', 'description']
const HANDLERS: readonly unknown[] = ['command', 'mcp_tool', 'prompt', 'agent']
const EVENTS: ReadonlySet<string> = new Set([
  ...[
    'PreModelRequest',
    'PostModelRequest',
    'PreToolUse',
    'PermissionRequest',
    'PostToolUse',
    'PreCompact',
    'PostCompact',
  ],
  ...['SessionStart', 'SessionEnd', 'UserPromptSubmit', 'SubagentStart', 'SubagentStop', 'Stop', 'Interrupt'],
])

/** Which files decide whether Codex runs hooks: what its own `hooks/list` answered for each form (0.169.0). */
export const EFFECTIVE: HostEffect = {
  deciding: [
    { scope: 'system', path: '/etc/codex/requirements.toml', dialect: 'toml' },
    { ...SETTINGS, homeVariable: 'CODEX_HOME', scope: 'user' },
    { ...SETTINGS, scope: 'project' },
  ],
  plugins: {
    path: '.codex/plugins/cache',
    homeVariable: 'CODEX_HOME',
    below: '{market}/{name}/{version}/hooks/hooks.json',
    as: '{name}@{market}',
  },
  judge(files) {
    const policies = files.filter(({ scope }) => scope === 'system')
    const settings = files.filter(({ scope, path }) => scope !== 'system' && path.endsWith('.toml'))
    const hooks = files.filter(({ path }) => path.endsWith('.json'))
    const closed = strongest(policies, MANAGED_ONLY)
    // The project's file is stronger than the user's.
    const byStrength = [...settings].sort((a, b) => Number(b.scope === 'project') - Number(a.scope === 'project'))
    const off = ['hooks', 'codex_hooks'].flatMap((feature) => {
      const at = ['features', feature]
      const found = strongest(byStrength, at)
      return found?.value === false ? [switchedOff(found.file, at, false)] : []
    })
    return {
      obstacles: [
        ...off,
        ...(closed?.value === true ? [switchedOff(closed.file, MANAGED_ONLY, true)] : []),
        ...hooks.flatMap((file) => wrongFile(file) ?? []),
      ],
      notes: settings.flatMap((file) => inlineBeside(file, hooks)),
      plugins: settings.filter(({ scope }) => scope === 'user').flatMap(enabledPlugins),
    }
  },
}

function enabledPlugins({ value }: HostFileState): string[] {
  const plugins = valueIn(value, ['plugins'])
  if (!isObject(plugins)) return []
  return Object.entries(plugins).flatMap(([name, plugin]) => (valueIn(plugin, ['enabled']) === true ? [name] : []))
}

/** Hooks in config.toml and in hooks.json of one layer: both run, and Codex complains at every start. */
function inlineBeside(settings: HostFileState, hooks: readonly HostFileState[]): string[] {
  const inline = valueIn(settings.value, ['hooks'])
  const events = isObject(inline) ? Object.keys(inline).filter((event) => EVENTS.has(event)) : []
  const beside = hooks.find(({ scope, value }) => scope === settings.scope && isObject(valueIn(value, ['hooks'])))
  if (events.length === 0 || beside === undefined) return []
  return [
    `Codex warns at every start that hooks stand in ${settings.path} and in ${beside.path}; both run: move those of config.toml to hooks.json`,
  ]
}

/** The first thing for which Codex drops the whole file. */
function wrongFile({ path, value }: HostFileState): HookObstacle | undefined {
  if (value === undefined) return undefined
  const found = isObject(value) ? wrongIn(value) : 'it is no object'
  if (found === undefined) return undefined
  const reason = `Codex drops all hooks of this file because ${found}`
  return { kind: 'ignored', file: path, reason, remedy: `correct or remove that in ${path}` }
}

function wrongIn(value: Record<string, unknown>): string | undefined {
  const key = Object.keys(value).find((name) => !KEYS.includes(name))
  if (key !== undefined) return `it knows no key ${JSON.stringify(key)} there`
  if (!isObject(value.hooks)) return undefined
  for (const [event, groups] of Object.entries(value.hooks)) {
    if (!EVENTS.has(event)) continue
    const wrong = Array.isArray(groups) ? wrongGroup(groups) : ' is no list'
    if (wrong !== undefined) return `hooks.${event}${wrong}`
  }
  return undefined
}

function wrongGroup(groups: readonly unknown[]): string | undefined {
  for (const [index, group] of groups.entries()) {
    const at = `[${index}]`
    if (!isObject(group)) return `${at} is no object`
    const { matcher, hooks = [] } = group
    if (matcher !== undefined && matcher !== null && typeof matcher !== 'string') return `${at}.matcher is no text`
    if (!Array.isArray(hooks)) return `${at}.hooks is no list`
    const wrong = hooks.findIndex((handler) => !isHandler(handler))
    if (wrong >= 0) return `${at}.hooks[${wrong}] is no handler that it knows`
  }
  return undefined
}

function isHandler(value: unknown): boolean {
  if (!isObject(value) || !HANDLERS.includes(value.type)) return false
  const { timeout } = value
  if (timeout !== undefined && !(typeof timeout === 'number' && Number.isInteger(timeout) && timeout >= 0)) return false
  return value.type !== 'command' || typeof value.command === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
