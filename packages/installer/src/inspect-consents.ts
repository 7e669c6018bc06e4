import type { HookScope, HostConsent } from '@rally/core/ports/host'
import { allows } from './consent-strategy.js'
import { dialectFor } from './dialect-for.js'
import { consentTasksOf, type InstallableHost } from './host-tasks.js'
import type { FileInspection } from './inspection.js'
import { valueAt } from './own-entries.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'

/**
 * Whether agents of the host may type rally's commands: the files that allow it, or the one in which an install of that scope
 * would, with the command. `scope` is that of the hooks that are there; without any nobody is told of a consent.
 */
export function inspectConsents(
  host: InstallableHost,
  scope: HookScope | undefined,
  surroundings: Surroundings,
): FileInspection[] {
  const { id } = host.adapter
  const base = { host: id, kind: 'allow', events: [] } as const
  const found = consentTasksOf(host, undefined, surroundings).map((one) => ({ ...one, state: stateOf(one) }))
  const given = found.filter(({ state }) => state === 'installed')
  if (given.length > 0)
    return given.map(({ consent, task }) => ({
      ...base,
      scope: consent.scope,
      path: task.path,
      state: 'installed',
      notes: [],
    }))
  const wanted = found.find(({ consent }) => scope !== undefined && consent.installs.includes(scope))
  if (wanted === undefined || scope === undefined) return []
  const { consent, task, state } = wanted
  const command = `rally hooks install --host ${id}${scope === 'project' ? '' : ` --scope ${scope}`} --allow`
  return [{ ...base, scope: consent.scope, path: task.path, state, notes: [`${consent.without}: ${command}`] }]
}

function stateOf({ consent, task }: ReturnType<typeof consentTasksOf>[number]): 'installed' | 'stale' | 'absent' {
  const read = refusing(() => {
    const current = readTarget(task.path).content?.bytes
    if (current === undefined) return 'absent'
    if (isAllowed(consent, current)) return 'installed'
    const ours = task.strategy.holdsOurs(current)
    if (!ours) return 'absent'
    return task.strategy.install(current).changes.length === 0 ? 'installed' : 'stale'
  })
  return read.ok ? read.value : 'absent'
}

function isAllowed(consent: HostConsent, current: Buffer): boolean {
  if (consent.at === undefined) return false
  const { text } = splitText(current)
  return text.trim() !== '' && allows(valueAt(dialectFor(consent.dialect).read(text).value, consent.at), consent)
}
