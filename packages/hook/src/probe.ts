import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { JsonObject } from '@rally/core/readers'
import { appendSighting, type ProbePlan, readSightings } from '@rally/local/hook-files/probe-file'
import type { Env } from '@rally/local/system/user-dirs'

export interface ProbedCall {
  readonly env: Env
  readonly moment: Moment
  readonly payload: JsonObject
  readonly plan: ProbePlan
  /** Epoch seconds. */
  readonly now: number
  /** Moments at which the host is handed a text. */
  readonly context: readonly string[]
  /** Hands the reply to the host; whether something went out. */
  readonly send: (reply: MomentReply) => boolean
}

/**
 * A call while `rally hosts probe` waits: the moment's word goes to the host, and nothing else happens. The first session that
 * comes is the one; false for any other, which is answered as always.
 */
export function answerProbe({ env, moment, payload, plan, now, context, send }: ProbedCall): boolean {
  const before = readSightings(env)
  const [first] = before
  if (first !== undefined && first.session !== moment.sessionId) return false
  const said = before.filter((one) => one.said).map(({ moment: name }) => plan.words[name] ?? '')
  const whole = JSON.stringify(payload)
  const word = plan.words[moment.name]
  const isSaid = word !== undefined && moment.quiet !== true && context.includes(moment.name)
  const text = !isSaid ? {} : { context: `rally probe, harmless: the probe word of this moment is ${word}` }
  appendSighting(env, {
    t: now,
    session: moment.sessionId,
    moment: moment.name,
    event: moment.event,
    said: send(text) && isSaid,
    found: said.filter((one) => one !== '' && whole.includes(one)),
    transcript: transcriptOf(payload),
  })
  return true
}

/** Hosts name it in different ways, always with that word. */
function transcriptOf(payload: JsonObject): string | undefined {
  return Object.entries(payload).flatMap(([key, value]) =>
    /transcript/i.test(key) && typeof value === 'string' && value.startsWith('/') ? [value] : [],
  )[0]
}
