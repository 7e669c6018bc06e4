import type { InFlight } from '../model/in-flight.js'
import { isKin } from '../rules/presence/family.js'
import { foldPath } from '../rules/presence/in-flight.js'
import { isSameTree } from '../rules/presence/same-tree.js'
import { formatAge } from '../rules/text/format-age.js'
import { showPath } from './fence.js'
import type { Self } from './room.js'
import type { NewsLine, Warned } from './warned.js'

/** When a file changed last (epoch seconds): for one that is gone, when the folder did in which it was. */
export interface FileChange {
  readonly at: number
  readonly isGone: boolean
}

export interface DriftQuery {
  readonly self: Self
  /** The session's own announcement of the file, the last one before the edit that asks. */
  readonly own: InFlight
  /** Announcements of anybody. */
  readonly others: readonly InFlight[]
}

/**
 * Announcements of others behind which a file may have changed since the session announced it, the last one first. An edit
 * comes after its announcement: what a peer announced before is known, and one's own write is older than what a peer
 * announced after. Kin are among them.
 */
export function announcedSince({ self, own, others }: DriftQuery): InFlight[] {
  const fold = (path: string) => foldPath(path, self.caseInsensitive)
  const isSince = (entry: InFlight): boolean =>
    entry.sessionId !== self.sessionId &&
    fold(entry.path) === fold(own.path) &&
    entry.announced !== true &&
    // Nobody else had announced a file that stands in a line without a time.
    entry.untimed !== true &&
    (own.untimed === true || entry.last > own.last) &&
    isSameTree(entry, own)
  return others.filter(isSince).sort((a, b) => b.last - a.last)
}

/** Who changed a file: the last one who announced it before it changed. Undefined when nobody did, or kin: they work together. */
export function changedBy(self: Self, since: readonly InFlight[], change: FileChange): InFlight | undefined {
  const last = since.find((entry) => entry.last <= change.at)
  return last === undefined || isKin(self, last) ? undefined : last
}

/** A file that changed under a session. */
export interface Drift {
  /** As the session can use it. */
  readonly path: string
  readonly change: FileChange
  /** Who changed it; undefined where no agent that rally knows announced it. `at`: when it was announced. */
  readonly by?: { readonly sessionId: string; readonly shown: string; readonly at: number } | undefined
  /** It was changed while the session was not there, by somebody. */
  readonly isAway?: boolean
}

const FILES_SHOWN = 3

/** One line for each peer, and for files that are gone. */
export function driftLines(drifts: readonly Drift[], now: number): NewsLine[] {
  const groups = new Map<string, [Drift, ...Drift[]]>()
  for (const drift of drifts) {
    const key = `${drift.by?.sessionId}\n${drift.change.isGone}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [drift])
    else group.push(drift)
  }
  return [...groups.values()].map((group) => driftLine(group, now))
}

function driftLine(group: readonly [Drift, ...Drift[]], now: number): NewsLine {
  const [{ by, change, isAway }] = group
  const paths = group.map(({ path }) => path)
  const more = paths.length > FILES_SHOWN ? ` and ${paths.length - FILES_SHOWN} more` : ''
  const [is, it] = paths.length === 1 ? ['is', 'it'] : ['are', 'them']
  const at =
    by === undefined ? Math.max(...group.map((one) => one.change.at)) : Math.max(...group.map((one) => one.by?.at ?? 0))
  const when = `${formatAge(Math.max(0, now - at))} ago`
  const how = isAway === true ? ' while you were away' : ', by no agent rally knows'
  const who = by === undefined ? `${how} (${when})` : ` (${by.shown}, ${when})`
  const files = `${paths
    .slice(0, FILES_SHOWN)
    .map((path) => showPath(path))
    .join(', ')}${more}`
  const text = change.isGone
    ? `rally: ${files} ${is} gone since you edited ${it}${who}: look before you write ${it} anew.`
    : `rally: ${files} changed since you edited ${it}${who}: read ${it} again before you change ${it}.`
  return {
    reason: 'drift',
    text,
    files: paths,
    ...(by === undefined ? {} : { peer: { id: by.sessionId, name: by.shown, since: null, last: by.at } }),
    warned: warnedOf(group[0]),
    also: group.slice(1).map(warnedOf),
  }
}

function warnedOf({ path, by, change }: Drift): Warned {
  return { kind: 'drift', path, peer: by?.sessionId ?? '-', since: by?.at ?? change.at }
}

/** A working tree that is on another branch than when the session last looked. */
export interface BranchMove {
  readonly now: string
  readonly was: string
  /** When, epoch seconds. */
  readonly at: number
  /** Whose command said so. */
  readonly by?: { readonly sessionId: string; readonly shown: string; readonly word: string } | undefined
}

/** What a session hears of the branch, `clock` being now (epoch seconds). */
export function branchLine({ now, was, at, by }: BranchMove, clock: number): NewsLine {
  const show = (branch: string) => (branch === 'HEAD' ? 'no branch (a detached commit)' : showPath(branch, 120))
  const when = `${formatAge(Math.max(0, clock - at))} ago`
  const who = by === undefined ? when : `${by.shown}, git ${by.word}, ${when}`
  return {
    reason: 'branch',
    text: `rally: this working tree is now on ${show(now)}, it was on ${show(was)} (${who}). Look at git status and git log before you go on.`,
    ...(by === undefined ? {} : { peer: { id: by.sessionId, name: by.shown, since: null, last: at } }),
    warned: { kind: 'branch', path: `${was}\n${now}`, peer: by?.sessionId ?? '-', since: at },
  }
}
