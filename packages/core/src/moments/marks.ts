import type { HostAdapter, HostEnv, HostMarks } from '../ports/host.js'
import type { JsonObject } from '../readers.js'

/**
 * An adapter that stays silent for payloads which speak more for another host, or as much: hosts import each other's hooks and
 * then send their own shape. `others` is asked only for a payload that the adapter would take.
 */
export function heedMarks(adapter: HostAdapter, others: () => readonly HostMarks[]): HostAdapter {
  return Object.freeze({
    ...adapter,
    identify: (env) => adapter.identify(env),
    render: (moment, reply) => adapter.render(moment, reply),
    parse(event, payload, env) {
      const moment = adapter.parse(event, payload, env)
      if (moment === undefined) return undefined
      const { marks: own = {} } = adapter
      const theirs = Math.max(0, ...others().map((marks) => weigh(marks, payload, { env, shares: own.shares })))
      return theirs > 0 && theirs >= weigh(own, payload, { env }) ? undefined : moment
    },
  } satisfies HostAdapter)
}

/** 2: the host's own variable names this payload's session. 1: a field that only this host sends. 0: nothing speaks for it. */
function weigh(
  marks: HostMarks,
  payload: JsonObject,
  { env, shares = [] }: { env: HostEnv; shares?: readonly string[] | undefined },
): 0 | 1 | 2 {
  const session = payload[marks.sessionField ?? 'session_id']
  if (session && marks.sessionVariables?.some((name) => env[name] === session)) return 2
  return marks.payload?.some(({ field, holds }) => !shares.includes(field) && bears(payload[field], holds)) ? 1 : 0
}

function bears(value: unknown, holds: string | undefined): boolean {
  return holds === undefined ? value !== undefined : typeof value === 'string' && value.includes(holds)
}
