import type { SessionContext } from '@rally/core/usecases/context'

/** The same context with a run id of its own, where the session has none. */
export function withRunId(ctx: SessionContext, runId: string): SessionContext {
  return ctx.session.runId === 'unknown' ? { ...ctx, session: { ...ctx.session, runId } } : ctx
}
