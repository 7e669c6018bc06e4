import { isRallyError, reasonOf } from '@rally/core/errors'
import { readRelayState } from '../../relay/relay-state.js'
import { type Check, type CheckContext, type Finding, ok, problem } from '../check.js'

/** The relay of this machine, its server, and what the account may do there. */
export const relayCheck: Check = {
  code: 'relay',
  async run(context) {
    const { relay } = await context.rally.configuration.read(undefined).catch(() => ({ relay: undefined }))
    const findings = await checkChannel(context)
    if (relay?.to === undefined) return findings
    return [...findings, ...(await checkServer(context))]
  },
}

async function checkChannel({ rally, flags }: CheckContext): Promise<Finding[]> {
  const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
  const state = channel === undefined ? null : await readRelayState(rally, channel)
  if (channel === undefined) return []
  if (state === null) return [ok('relay', 'this room is not relayed')]
  const place = `${channel.dir}/relay.json`
  if (!state.running) {
    const message = 'this channel is relayed, but no relay is running'
    return [
      problem('relay', 'warning', { message, place, fix: 'rally relay, or rally relay --detach to stop relaying it' }),
    ]
  }
  const status = await (await rally.relayFiles()).readStatus()
  const refused = status?.channels.find(({ app, error }) => app === channel.app && error !== null)?.error
  if (state.state !== 'current' && refused) {
    return [
      problem('relay', 'warning', { message: refused.message, place, fix: refused.hint ?? 'rally relay --status' }),
    ]
  }
  return [ok('relay', `${state.key} on ${state.server} is ${state.state}`, place)]
}

async function checkServer({ rally }: CheckContext): Promise<Finding[]> {
  try {
    const connection = await rally.connectServer()
    try {
      return (await connection.check()).map(({ code, severity, message, hint }) =>
        severity === 'ok'
          ? ok(code, message, connection.server)
          : problem(code, severity, { message, place: connection.server, fix: hint ?? 'rally help nats' }),
      )
    } finally {
      await connection.close()
    }
  } catch (error) {
    const fix = isRallyError(error) ? error.hint : null
    return [
      problem('server', 'error', { message: reasonOf(error), place: 'relay.to', fix: fix ?? 'rally relay --status' }),
    ]
  }
}
