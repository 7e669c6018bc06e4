import type { CostOutput } from '../../model/outputs/cost.js'
import { type HookCall, sumCost, sumEdits } from '../../rules/cost/sum-cost.js'
import type { RoomContext } from '../context.js'
import { knownSessions } from '../timeline/known-sessions.js'

/** A run of a hook with its time, in epoch seconds. */
export interface TimedCall extends HookCall {
  readonly t: number
}

/** Lines of the journal that are no calls. */
const NO_CALL = 'damaged:'

/**
 * What rally cost since a time (epoch seconds): `journal` are the hook calls of this machine, of every room; what agents were
 * told and which edits they announced is read from this room.
 */
export async function readCost(
  ctx: RoomContext,
  { since, journal }: { readonly since: number; readonly journal: readonly TimedCall[] },
): Promise<CostOutput> {
  const now = ctx.clock.now()
  const { sessions, names, nameOf } = await knownSessions(ctx)
  const tellings = (await ctx.activity?.tellings({ since })) ?? []
  const tools = new Map(sessions.map(({ session_id, tool }) => [session_id, tool]))
  const ids = [...tools.keys(), ...names.map((held) => held.session_id), ...tellings.map((one) => one.session)]
  const known = new Map(ids.map((id) => [id, { name: nameOf(id, ''), tool: tools.get(id) ?? 'unknown' }]))
  const calls = journal.filter(({ t, code }) => t >= since && !code.startsWith(NO_CALL))
  const edits = sumEdits((await ctx.history?.edits({ now, since })) ?? [], calls)
  return { app_slug: ctx.channel.app, since, ...sumCost(calls, tellings, known), edits }
}
