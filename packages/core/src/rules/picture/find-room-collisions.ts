import type { InFlight } from '../../model/in-flight.js'
import type { PictureCollision } from '../../model/room-picture.js'
import { isKin } from '../presence/family.js'
import { foldPath, isInFlight } from '../presence/in-flight.js'
import { isSameTree } from '../presence/same-tree.js'
import type { SessionFacts } from './facts.js'

export interface RoomCollisionsOptions {
  readonly now: number
  /** The file system takes `A.ts` and `a.ts` for one file. */
  readonly caseInsensitive: boolean
  /** Session ids that were warned of a path, by path. */
  readonly warned: ReadonlyMap<string, ReadonlySet<string>>
}

interface Holder {
  readonly session: SessionFacts
  readonly entry: InFlight
}

/**
 * Every file that two live sessions edit which are not one agent's work, newest edit first. In one working tree it is a
 * collision; in two it is a risk when they are merged, and one entry names them all.
 */
export function findRoomCollisions(
  sessions: readonly SessionFacts[],
  { now, caseInsensitive, warned }: RoomCollisionsOptions,
): PictureCollision[] {
  const byPath = new Map<string, Holder[]>()
  for (const session of sessions) {
    if (session.life !== 'live' || session.isPerson) continue
    for (const entry of session.edits) {
      if (!isInFlight(entry, now)) continue
      const key = foldPath(entry.path, caseInsensitive)
      byPath.set(key, [...(byPath.get(key) ?? []), { session, entry }])
    }
  }
  return [...byPath.values()]
    .flatMap((holders) => collisionsOf(holders, warned))
    .sort((a, b) => rank(b) - rank(a) || lastEdit(b) - lastEdit(a))
}

/** The collisions of one path: one for each working tree that several share, and one for what meets when merged. */
function collisionsOf(holders: readonly Holder[], warned: RoomCollisionsOptions['warned']): PictureCollision[] {
  const trees: Holder[][] = []
  for (const holder of holders) {
    const known = trees.find(([first]) => first !== undefined && shareTree(first, holder))
    if (known === undefined) trees.push([holder])
    else known.push(holder)
  }
  const same = trees.filter(areStrangers).map((group) => toCollision(group, 'same-tree', warned))
  const newest = trees.map((group) => group.reduce((a, b) => (b.entry.last > a.entry.last ? b : a)))
  return areStrangers(newest) ? [...same, toCollision(newest, 'merge-risk', warned)] : same
}

/** A session elsewhere shares a tree with nobody but itself. */
function shareTree(a: Holder, b: Holder): boolean {
  const isOne = a.session.presence.session_id === b.session.presence.session_id
  return isSameTree(a.entry, b.entry) || (isOne && a.entry.worktree === b.entry.worktree)
}

/** Whether at least two of them are not parent and child: those are one agent's work. */
function areStrangers(holders: readonly Holder[]): boolean {
  return holders.some((a, at) => holders.slice(at + 1).some((b) => !isKin(kin(a), kin(b))))
}

function kin({ session }: Holder) {
  return { sessionId: session.presence.session_id, parent: session.presence.parent }
}

function toCollision(
  holders: readonly Holder[],
  kind: PictureCollision['kind'],
  warned: RoomCollisionsOptions['warned'],
): PictureCollision {
  const sorted = [...holders].sort((a, b) => b.entry.last - a.entry.last)
  const path = sorted[0]?.entry.path ?? ''
  // The collision began when the second of them came.
  const begins = sorted.map(({ entry }) => entry.since || entry.last).sort((a, b) => a - b)
  const told = warned.get(path)
  return {
    path,
    sessions: sorted.map(({ session, entry }) => ({
      session_id: session.presence.session_id,
      name: session.name,
      last_edit: entry.announced === true ? null : entry.last,
    })),
    kind,
    since: begins[1] ?? begins[0] ?? 0,
    warned: sorted.map(({ session }) => session.presence.session_id).filter((id) => told?.has(id) === true),
  }
}

function rank({ kind }: PictureCollision): number {
  return kind === 'same-tree' ? 1 : 0
}

function lastEdit({ sessions, since }: PictureCollision): number {
  return sessions[0]?.last_edit ?? since
}
