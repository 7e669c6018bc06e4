import type { Receipt } from '../../model/machine-receipts.js'
import { type LadderContext, readLadders } from './read-ladder.js'

/** Older messages are reported no more: what was told is kept for so long. */
const REPORTED_SECS = 7 * 24 * 3600
/** Receipts of one report: it stays below 150 kB. */
const MOST = 500

/**
 * How far messages got with the sessions of this machine, for the other machines: of theirs also that one only lies here. The
 * newest, theirs first. Ids and times, no text.
 */
export async function readOwnReceipts(ctx: LadderContext): Promise<Receipt[]> {
  const { state, of } = await readLadders(ctx)
  const since = ctx.clock.now() - REPORTED_SECS
  const recent = state.messages.filter(({ ts }) => ts >= since).toReversed()
  const ordered = [
    ...recent.filter(({ machine }) => machine !== null),
    ...recent.filter(({ machine }) => machine === null),
  ]
  const receipts: Receipt[] = []
  for (const message of ordered) {
    if (receipts.length >= MOST) break
    for (const row of await of(message)) {
      const happened = [row.told_at, row.acked_at, row.rung_at].some((at) => at !== null)
      if (row.machine !== null || (message.machine === null && !happened)) continue
      const { session_id, name, tool, told_at, told_times, rung_at, acked_at, answered_at, gone_at } = row
      const facts = { told_at, told_times, rung_at, acked_at, answered_at, gone_at }
      receipts.push({ message: message.id, session_id, name, tool, ...facts })
    }
  }
  return receipts.slice(0, MOST)
}
