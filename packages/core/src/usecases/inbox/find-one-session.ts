import { RallyError } from '../../errors.js'
import type { StatusContext } from '../status/status-input.js'
import { address } from './address.js'

/** One session, or a person. */
export interface OneSession {
  readonly sessionId: string
  readonly name: string
}

/**
 * The one session that a word means, looked up as recipients are (`address`): a tool means its only live session. Throws
 * NO_SUCH_RECIPIENT; NOT_FOUND for a tool of which no session is here; USAGE where several are, and for `all`.
 */
export async function findOneSession(ctx: StatusContext, word: string): Promise<OneSession> {
  const { toSessionId, name, recipients } = await address(ctx, word)
  if (toSessionId !== undefined) return { sessionId: toSessionId, name }
  const own = ctx.session?.sessionId
  const live = recipients.flatMap((one) =>
    one.session_id === null || one.state !== 'live' || one.session_id === own
      ? []
      : [{ sessionId: one.session_id, name: one.name ?? one.session_id }],
  )
  const [only] = live
  if (only !== undefined && live.length === 1) return only
  if (only === undefined) {
    throw new RallyError('NOT_FOUND', { what: 'session', value: word, hint: 'rally roster shows who is here' })
  }
  const names = live.map((one) => one.name)
  throw new RallyError('USAGE', {
    message: `${JSON.stringify(word.slice(0, 40))} may be any of ${names.slice(0, 8).join(', ')}`,
    hint: `name one of them: --to ${names[0]}`,
  })
}
