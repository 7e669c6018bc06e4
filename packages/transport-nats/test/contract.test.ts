import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type OpenedChannel, transportContract } from '@rally/conformance'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { SUPPORTS } from '../src/nats-transport.js'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'
import { connectTo, testChannel } from './test-api.js'

const PRESENCE_TTL = 5

describeWithServer('NATS transport', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.stop())

  transportContract(
    { describe, it: (name, body, timeoutMs) => it(name, body, timeoutMs ?? 180_000) },
    {
      name: 'NATS JetStream',
      supports: SUPPORTS,
      async open(name): Promise<OpenedChannel> {
        const connections: ServerConnection[] = []
        const open = async () => {
          const connection = await connectTo({ to: server.url, presence_ttl: PRESENCE_TTL })
          connections.push(connection)
          return connection.open({ channel: testChannel(name), key: name, machine: 'here' })
        }
        return {
          transport: await open(),
          reopen: open,
          otherProcess: () => startOther(server.url, name),
          presenceTtlMs: PRESENCE_TTL * 1000,
          async cleanup() {
            for (const connection of connections) await connection.close()
          },
        }
      },
    },
  )
})

async function startOther(url: string, key: string) {
  const program = fileURLToPath(new URL('./other-writer.mjs', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=rally-internal', program, url, key], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
  })
  await once(child.stdout, 'data')
  return {
    async stop() {
      child.stdin.end()
      await once(child, 'close')
      return Number(output.trim().split('\n').at(-1))
    },
  }
}
