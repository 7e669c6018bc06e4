import { RallyError } from '@rally/core/errors'
import type { RoomContext, SessionContext } from '@rally/core/usecases/context'
import { type Candidate, candidatesOf } from '@rally/core/usecases/roster/candidates'
import type { SessionFlags } from './flags.js'
import type { Rally } from './rally.js'

/** Who reads. */
export interface Asking {
  readonly ctx: RoomContext
  /** Undefined where it is one of several. */
  readonly session: SessionContext['session'] | undefined
  /** Where several sessions may be asking: which. */
  readonly candidates: readonly Candidate[]
}

/** The session that asks, or those that may be asking: who only reads need not say which. Throws SESSION_UNKNOWN when nobody can be told. */
export async function findAsking(rally: Rally, flags: SessionFlags): Promise<Asking> {
  const ctx = await rally.look(flags)
  const { session } = ctx
  if (session !== undefined) return { ctx, session, candidates: [] }
  const candidates = await candidatesOf(ctx, ctx.candidates ?? [])
  if (candidates.length === 0) throw new RallyError('SESSION_UNKNOWN')
  return { ctx, session, candidates }
}
