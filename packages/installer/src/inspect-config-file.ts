import type { HookConfigFile, HookEntry, HookObstacle } from '@rally/core/ports/host'
import { readTrust } from './host-settings.js'
import type { HostTask } from './host-tasks.js'
import type { EventInspection, FileInspection } from './inspection.js'
import { obstaclesOf, type Standing } from './obstacles.js'
import { findOwnEntries, type OwnEntry } from './own-entries.js'
import { dialectOf } from './plan-entries.js'
import { refusing } from './refusal.js'
import { equivalentValue, sameValue } from './same-value.js'
import { locateFile, type Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'

/** How rally's entries stand in one configuration file, and whether the host would run them. */
export function inspectConfigFile(
  item: HostTask & { kind: 'hooks' },
  { standing, surroundings }: { readonly standing: Standing; readonly surroundings: Surroundings },
): FileInspection {
  const { file, host, scope, task } = item
  const base = { host, kind: 'hooks', scope, path: task.path } as const
  const read = refusing(() => readEntries(file, host, surroundings))
  if (!read.ok) return { ...base, state: 'unknown', events: [], notes: [read.refusal.message], refusal: read.refusal }
  const { entries, mentions, real, bytes } = read.value
  const events = file.entries.map((template) => inspectEvent(template, file.entries, entries))
  const unexpected = entries.filter((own) => !file.entries.some((template) => sameValue(template.at, own.array)))
  const stray = mentions.map(
    (path) => `${path.join('.')} calls rally-hook within a command of your own; rally leaves it alone`,
  )
  if (entries.length === 0) {
    const refusal = bytes === undefined ? undefined : refusalOf(() => task.strategy.install(bytes))
    const why = refusal === undefined ? [] : [`rally hooks install leaves it as it is: ${refusal.message}`]
    return { ...base, state: 'absent', events, notes: [...why, ...stray], ...(refusal && { refusal }) }
  }
  const obstacles = obstaclesOf(standing, task.path)
  if (unexpected.length > 0 || events.some((event) => event.state !== 'installed')) {
    const notes = [
      `bring it up to date: rally hooks install --host ${host} --scope ${scope}`,
      ...obstacles.map(said),
      ...stray,
    ]
    return { ...base, state: 'stale', events, notes, obstacles }
  }
  if (obstacles.length > 0) {
    const state = obstacles.some(({ kind }) => kind === 'off') ? 'off' : 'shadowed'
    return { ...base, state, events, notes: [...obstacles.map(said), ...stray], obstacles }
  }
  return { ...base, events, ...trustState({ file, path: task.path, real, entries, stray }, surroundings) }
}

/** What was seen and what to do about it, once: a reason may hold the command already. */
function said({ reason, remedy }: HookObstacle): string {
  return reason.includes(remedy) ? reason : `${reason}: ${remedy}`
}

function refusalOf(work: () => unknown): FileInspection['refusal'] {
  const done = refusing(work)
  return done.ok ? undefined : done.refusal
}

/** Whether the user has consented to what stands in a file. */
export function trustState(
  about: {
    readonly file: Pick<HookConfigFile, 'trust'>
    readonly path: string
    readonly real: string
    readonly entries: readonly OwnEntry[]
    readonly stray: readonly string[]
  },
  surroundings: Surroundings,
): Pick<FileInspection, 'state' | 'notes'> {
  const { file, path, real, entries, stray } = about
  const asked = (file.trust ?? []).map((rule) => ({
    rule,
    trust: readTrust(rule, { file: path, real, entries }, surroundings),
  }))
  const missing = asked.filter(({ trust }) => trust === 'missing')
  if (missing.length > 0) return { state: 'untrusted', notes: [...missing.map(({ rule }) => rule.step), ...stray] }
  const unknown = asked
    .filter(({ trust }) => trust === 'unknown')
    .map(({ rule }) => `rally cannot tell from ${rule.path} whether you have trusted it: ${rule.step}`)
  return { state: unknown.length > 0 ? 'unknown' : 'installed', notes: [...unknown, ...stray] }
}

function readEntries(file: HookConfigFile, host: string, surroundings: Surroundings) {
  const { content, real } = readTarget(locateFile(file, surroundings) ?? '')
  const { text } = content ? splitText(content.bytes) : { text: '' }
  const value = text.trim() === '' ? {} : dialectOf(file).read(text).value
  return { ...findOwnEntries(value, host, file.entries), real, bytes: content?.bytes }
}

function inspectEvent(
  template: HookEntry,
  templates: readonly HookEntry[],
  entries: readonly OwnEntry[],
): EventInspection {
  const { event } = template
  const there = entries.filter((own) => sameValue(own.array, template.at))
  if (there.length === 0) return { event, state: 'absent' }
  if (there.length > templates.filter((one) => sameValue(one.at, template.at)).length) return { event, state: 'double' }
  const right = there.some((own) => equivalentValue(own.value, template.value))
  return { event, state: right ? 'installed' : 'stale' }
}
