import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type OpenedChannel, type RelayMaker, relayContract } from '@rally/conformance'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { createFileTransport } from '@rally/local'
import { createChannelRelay, RELAY_TASKS } from '@rally/relay/channel-relay'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'
import { api, connectTo, testChannel } from './test-api.js'

const RELAY: RelayMaker = { tasks: RELAY_TASKS, create: createChannelRelay }
const runner = { describe, it: (name: string, body: () => Promise<void>) => it(name, body) }
type Open = (name: string) => Promise<OpenedChannel>

const inMemory: Open = async (name) => {
  const transports = createMemoryTransports(api.ids)
  const transport = await transports.open(testChannel(name))
  return { transport, reopen: () => transports.open(testChannel(name)), cleanup: () => transport.close() }
}

const onDisk: Open = async (name) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rally-pair-'))
  const dir = path.join(folder, name)
  mkdirSync(dir)
  const open = () =>
    createFileTransport({
      channel: { ...testChannel(name), dir, appsRoot: folder },
      env: { HOME: folder },
      clock: api.clock,
      ids: api.ids,
      ensureChannel: () => undefined,
    })
  const transport = open()
  const cleanup = async () => {
    await transport.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { transport, reopen: async () => open(), cleanup }
}

describe('pairs without a server', () => {
  relayContract(runner, RELAY, { name: 'memory to memory', openHome: inMemory, openHub: inMemory })
  relayContract(runner, RELAY, { name: 'files to memory', openHome: onDisk, openHub: inMemory })
  relayContract(runner, RELAY, { name: 'memory to files', openHome: inMemory, openHub: onDisk })
  relayContract(runner, RELAY, { name: 'files to files', openHome: onDisk, openHub: onDisk })
})

describeWithServer('pairs with a server', () => {
  let server: TestServer
  let connection: ServerConnection
  beforeAll(async () => {
    server = await startServer()
    connection = await connectTo({ to: server.url })
  })
  afterAll(async () => {
    await connection.close()
    await server.stop()
  })
  let rooms = 0
  const onServer: Open = async (name) => {
    const key = `room-${++rooms}`
    const open = () => connection.open({ channel: testChannel(name), key, machine: name })
    const transport = open()
    return { transport, reopen: async () => open(), cleanup: () => transport.close() }
  }
  relayContract(runner, RELAY, { name: 'files to NATS', openHome: onDisk, openHub: onServer })
  relayContract(runner, RELAY, { name: 'memory to NATS', openHome: inMemory, openHub: onServer })
  relayContract(runner, RELAY, { name: 'NATS to files', openHome: onServer, openHub: onDisk })
  relayContract(runner, RELAY, { name: 'NATS to memory', openHome: onServer, openHub: inMemory })
  relayContract(runner, RELAY, { name: 'NATS to NATS', openHome: onServer, openHub: onServer })
})
