import { lstatSync } from 'node:fs'
import type { Moment } from '@rally/core/model/moment'
import { type Drift, driftLines, type InFlight, isKin, isSameTree, type NewsLine } from '@rally/core/moments'
import { text } from '@rally/core/readers'
import { readGitLines } from '@rally/local/channel-files/git-lines'
import { readOthersWork, readOwnWork } from '@rally/local/channel-files/inflight-log'
import { takeLook, writeLook } from '@rally/local/channel-files/look-file'
import { type PeerContext, shownPeer } from '@rally/local/channel-files/peers'
import { listPresence, readPresence } from '@rally/local/channel-files/presence-records'
import { changeOf, shown } from './drift-look.js'
import { usablePath } from './places.js'

/** So many files are remembered: those that the session edited last. */
const MOST_FILES = 20

/**
 * Remembers how the files that a session edited look when its turn ends. What changes them until its next prompt is not its own
 * doing; what changed them during the turn may be (a formatter, a checkout), and is never told.
 */
export function lookWhenIdle({ root, self, now }: PeerContext): void {
  const { all = [] } = readOwnWork(root, self.sessionId, now)
  // What a shell command writes may go on growing.
  const edited = all.filter(({ byCommand }) => byCommand !== true).sort((a, b) => b.last - a.last)
  const files = edited.slice(0, MOST_FILES).flatMap(({ worktree, path }) => {
    const size = sizeOf(worktree, path)
    return size === undefined ? [] : [{ worktree: worktree ?? '', path, size }]
  })
  if (files.length > 0) writeLook(root, self.sessionId, { at: now, files })
}

/** What changed while the session was idle: told at the prompt that follows, or where it is taken up again. Counts once. */
export function changedWhileIdle(moment: Moment, ctx: PeerContext): NewsLine[] {
  const { root, self, now } = ctx
  const isAway = moment.name === 'session-start'
  if (moment.name !== 'prompt' && (!isAway || moment.source !== 'resume')) return []
  const look = takeLook(root, self.sessionId)
  const changed = look?.files.filter(({ worktree, path, size }) => sizeOf(worktree, path) !== size) ?? []
  if (look === undefined || changed.length === 0 || hasSubagents(ctx)) return []
  const query = { sessionId: self.sessionId, paths: changed.map(({ path }) => path), now, caseInsensitive: false }
  const { all = [] } = readOwnWork(root, self.sessionId, now)
  const { others } = readOthersWork(root, { ...query, since: look.at }, [])
  const git = readGitLines(root, look.at)
  const drifts = changed.flatMap((file): Drift[] => {
    const isSince = (entry: InFlight) =>
      entry.path === file.path && entry.last >= look.at && isSameTree(entry, file) && entry.announced !== true
    const change = changeOf(file)
    const by = others.filter(isSince).sort((a, b) => b.last - a.last)[0]
    const command = by ?? git.find(({ at, ...tree }) => at <= (change?.at ?? 0) && isSameTree(tree, file))
    const isOwn = all.some(isSince) || (command !== undefined && isKin(self, command))
    if (change === undefined || isOwn) return []
    const path = usablePath(file, self.worktree)
    if (by !== undefined) return [{ path, change, by: shown(by, ctx) }]
    const who = command && {
      sessionId: command.sessionId,
      shown: `${shownPeer(command.sessionId, ctx)}, git`,
      at: change.at,
    }
    return [{ path, change, by: who, isAway }]
  })
  return driftLines(drifts, now)
}

/** Whether a subagent is at work, whose commands may have changed anything. */
function hasSubagents({ root, self }: PeerContext): boolean {
  return listPresence(root).some(
    (id) => id !== self.sessionId && text(readPresence(root, id)?.parent) === self.sessionId,
  )
}

function sizeOf(worktree: string | null, path: string): number | undefined {
  return lstatSync(`${worktree}/${path}`, { throwIfNoEntry: false })?.size
}
