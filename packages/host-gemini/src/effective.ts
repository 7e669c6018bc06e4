import { type HostEffect, type HostFileState, strongest, switchedOff, valueIn } from '@rally/plugin-kit'

const ENABLED = ['hooksConfig', 'enabled'] as const
const DISABLED = ['hooksConfig', 'disabled'] as const
/** Linux, then macOS. */
const SYSTEM = ['/etc/gemini-cli', '/Library/Application Support/GeminiCli'] as const

/** Which files decide whether Gemini CLI runs hooks (read in 0.61.0): the system's are stronger than the project's, those than the user's. */
export function effective(events: Readonly<Record<string, string>>): HostEffect {
  return {
    deciding: SYSTEM.map((folder) => ({ scope: 'system', path: `${folder}/settings.json`, dialect: 'jsonc' }) as const),
    plugins: { path: '.gemini/extensions', rootVariable: 'GEMINI_CLI_HOME', below: '{name}/hooks/hooks.json' },
    judge(files) {
      const order = ['system', 'project', 'user']
      const byStrength = [...files].sort((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope))
      const off = strongest(byStrength, ENABLED)
      return {
        obstacles: [
          ...(off?.value === false ? [switchedOff(off.file, ENABLED, false)] : []),
          ...files.flatMap((file) => disabledIn(file, events)),
        ],
        notes: [],
      }
    },
  }
}

/** Entries that somebody has switched off by name (`/hooks disable`). */
function disabledIn(file: HostFileState, events: Readonly<Record<string, string>>) {
  const names = valueIn(file.value, DISABLED)
  const ours = Array.isArray(names) ? Object.entries(events).filter(([, name]) => names.includes(name)) : []
  if (ours.length === 0) return []
  const reason = `${DISABLED.join('.')} of ${file.path} names ${ours.map(([, name]) => name).join(', ')}`
  return [
    { kind: 'off', reason, remedy: '/hooks enable NAME in gemini', events: ours.map(([event]) => event) } as const,
  ]
}
