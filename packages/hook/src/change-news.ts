import { carriesContext, type Drift, driftLines, type NewsLine } from '@rally/core/moments'
import { keepDrifts, takeDrifts } from '@rally/local/channel-files/kept-drifts'
import type { PeerContext } from '@rally/local/channel-files/peers'
import { closeGate } from '@rally/local/hook-files/gate-note'
import type { ActInput } from './act-input.js'
import { shown } from './drift-look.js'
import { changedWhileIdle } from './idle-look.js'

/**
 * What changed behind the session's back: while it was idle, and the files of its edit. Where a host carries no text before an
 * edit, that is kept until after it: by then the edit itself has changed the file.
 */
export function changeNews(
  { moment, adapter: { id, capabilities }, env }: ActInput,
  ctx: PeerContext,
  drifts: readonly Drift[],
): NewsLine[] {
  const { root, self, now } = ctx
  const idle = changedWhileIdle(moment, ctx)
  if (carriesContext(capabilities, 'before-edit')) return [...idle, ...driftLines(drifts, now)]
  const known = drifts.flatMap(({ by, ...drift }) => (by === undefined ? [] : [{ ...drift, by }]))
  if (known.length > 0) {
    keepDrifts(root, self.sessionId, known)
    closeGate(env, id, moment.sessionId)
  }
  const kept = moment.name === 'after-edit' ? takeDrifts(root, self.sessionId) : []
  const told = kept.map(({ by, ...drift }) => ({ ...drift, by: shown({ ...by, last: by.at }, ctx) }))
  return [...idle, ...driftLines(told, now)]
}
