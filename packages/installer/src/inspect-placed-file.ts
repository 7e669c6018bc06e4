import { statSync } from 'node:fs'
import type { HostTask } from './host-tasks.js'
import { trustState } from './inspect-config-file.js'
import type { EventInspection, FileInspection } from './inspection.js'
import { obstaclesOf, type Standing } from './obstacles.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget } from './target-file.js'

type Placed = HostTask & { kind: 'text' | 'program' }

/** How a file stands that rally places whole: a text, or a program that calls rally-hook. */
export function inspectPlacedFile(
  item: Placed,
  { standing, surroundings }: { readonly standing: Standing; readonly surroundings: Surroundings },
): FileInspection {
  const { host, scope, task } = item
  const kind = item.kind === 'text' ? 'text' : 'hooks'
  const base = { host, kind, scope, path: task.path } as const
  const read = refusing(() => stateOf(item))
  if (!read.ok) return { ...base, state: 'unknown', events: [], notes: [read.refusal.message], refusal: read.refusal }
  const { state, note, real } = read.value
  const notes = note === undefined ? [] : [note]
  const events = eventsOf(item, state)
  if (item.kind === 'text' || state === 'absent') return { ...base, state, events, notes }
  const obstacles = obstaclesOf(standing, task.path)
  const update = `bring it up to date: rally hooks install --host ${host} --scope ${scope}`
  if (state === 'stale') return { ...base, state, events, notes: note === undefined ? [update] : notes, obstacles }
  if (obstacles.length > 0) {
    const isOff = obstacles.some(({ kind: why }) => why === 'off')
    return {
      ...base,
      state: isOff ? 'off' : 'shadowed',
      events,
      notes: obstacles.map(({ reason }) => reason),
      obstacles,
    }
  }
  return {
    ...base,
    events,
    ...trustState({ file: item.file, path: task.path, real, entries: [], stray: [] }, surroundings),
  }
}

function stateOf({ task }: Placed): {
  readonly state: 'absent' | 'stale' | 'installed'
  readonly note?: string
  readonly real: string
} {
  const { content, real } = readTarget(task.path)
  if (content === undefined) return { state: 'absent', real }
  if (!task.strategy.holdsOurs(content.bytes))
    return { state: 'absent', note: 'a file of that name is there, and it is not from rally', real }
  const wanted = refusing(() => task.strategy.install(content.bytes))
  if (!wanted.ok && wanted.refusal.code === 'foreign-file')
    return { state: 'stale', note: 'somebody has edited it; rally leaves it as it is', real }
  if (!wanted.ok) return { state: 'stale', note: wanted.refusal.message, real }
  const runs = !task.executable || ((statSync(real, { throwIfNoEntry: false })?.mode ?? 0) & 0o100) !== 0
  return { state: wanted.value.changes.length === 0 && runs ? 'installed' : 'stale', real }
}

function eventsOf(item: Placed, state: 'absent' | 'stale' | 'installed'): EventInspection[] {
  return item.kind === 'text' ? [] : item.file.events.map((event) => ({ event, state }))
}
