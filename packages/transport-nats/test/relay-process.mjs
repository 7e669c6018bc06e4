// A relay of one machine, as `rally relay` runs it: node relay-process.mjs URL. HOME and AGENT_RALLY_APPS_ROOT say whose.
import { createHash, randomBytes } from 'node:crypto'
import { errorsOf, RallyError } from '@rally/core/errors'
import { requireSafeId, safeName } from '@rally/core/ids'
import { createConfiguration } from '@rally/local/configuration/create-configuration'
import { createChannelDiscovery } from '@rally/local/discovery/channel-discovery'
import { createIds } from '@rally/local/system/random-ids'
import { createTransports } from '@rally/local/transport/create-file-transport'
import { relayMachine } from '@rally/relay/relay-machine'
import { createRelayFiles } from '../../cli/dist/relay/relay-files.js'
import factory from '../dist/transport.js'

const { env } = process
const [to] = process.argv.slice(2)
const presenceTtl = Number(env.PRESENCE_TTL ?? 60)
const clock = { now: () => Date.now() / 1000 }
const ids = createIds()
const say = (event) => process.stdout.write(`${JSON.stringify({ at: Math.round(clock.now() * 1000), ...event })}\n`)
const api = {
  api: 1,
  error: (code, details, options) => new RallyError(code, details, options),
  errors: errorsOf,
  requireSafeId,
  safeName,
  clock,
  ids,
}
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
process.stdin.on('end', () => stop.abort()).resume()

const configuration = createConfiguration({ env })
const connection = await connect()
const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
try {
  const status = await relayMachine(
    {
      discovery: createChannelDiscovery({ env }),
      transports: createTransports({ env, clock, ids, ensureChannel: () => undefined }),
      files: createRelayFiles({
        appsRoot: env.AGENT_RALLY_APPS_ROOT,
        env,
        configuration,
        nonce: () => randomBytes(8).toString('hex'),
      }),
      connection,
      clock,
      ids,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      sleep,
      pid: process.pid,
      prefix: 'rally',
      presenceTtl,
      report: say,
    },
    { signal: stop.signal, once: env.ONCE === '1' },
  )
  say({ event: 'end', channels: status.channels })
} catch (error) {
  say({ event: 'error', code: error.code, message: error.message })
  process.exitCode = error.exit ?? 1
} finally {
  await connection.close()
  process.stdin.destroy()
}

async function connect() {
  for (;;) {
    try {
      const max_bytes = env.MAX_BYTES === undefined ? undefined : Number(env.MAX_BYTES)
      return await factory(api).connect({ to, presence_ttl: presenceTtl, max_bytes }, { name: 'rally-relay' })
    } catch (error) {
      if (error.code !== 'SERVER_UNREACHABLE') throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
