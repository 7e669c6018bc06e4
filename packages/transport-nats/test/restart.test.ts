import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { list, obj } from '@rally/core/readers'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestWorld, messageOf, type TestMachine, type TestWorld } from './machines.js'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'

/** Records of one machine that are there before the restart, of half a kilobyte, and messages. */
const [RECORDS, MESSAGES] = [400, 100]

describeWithServer('relays that are started again', () => {
  let server: TestServer
  let world: TestWorld
  beforeEach(async () => {
    server = await startServer({ config: 'http: "127.0.0.1:-1"\nports_file_dir: "{dir}"' })
    world = createTestWorld()
  })
  afterEach(async () => {
    await world.cleanup()
    await server.stop()
  })

  it('go on from where they were: nothing is sent or read again from the beginning, nothing is lost', async () => {
    const machines = [world.machine('one'), world.machine('two')]
    for (const machine of machines) {
      await write(machine, 'first')
      for (let n = 0; n < RECORDS; n++) machine.appendForeign(n)
      await deliver(machine, 0, MESSAGES)
    }
    for (const at of [0, 1, 0]) await relayOnce(machines[at])
    const whole = await traffic()
    const before = await stored()
    expect(before).toBe(2 * (RECORDS + 1 + MESSAGES))

    for (const machine of machines) {
      for (const text of ['late 1', 'late 2']) await write(machine, text)
      await deliver(machine, MESSAGES, 3)
    }
    for (const at of [0, 1, 0]) await relayOnce(machines[at])
    const after = await traffic()

    for (const machine of machines) {
      const texts = (await machine.records()).map(messageOf)
      expect(texts).toHaveLength(2 * (RECORDS + 3))
      expect(new Set(texts).size).toBe(texts.length)
      expect(await messagesOf(machine)).toEqual(expected(MESSAGES + 3))
    }
    // Four new records and six new messages.
    expect((await stored()) - before).toBe(10)
    // At most a page of the log is read once more, to see that it is still the same room.
    expect(after.received - whole.received).toBeLessThan(whole.received / 4)
    expect(after.sent - whole.sent).toBeLessThan(whole.sent / 4)
  })

  async function relayOnce(machine: TestMachine | undefined): Promise<void> {
    const relay = await machine?.startRelay(server.url, { once: true })
    expect(await relay?.ended(), JSON.stringify(relay?.events)).toBe(0)
  }

  /** Bytes that relays which have ended got from the server and sent to it. */
  async function traffic(): Promise<{ received: number; sent: number }> {
    const file = readdirSync(server.dir).find((name) => name.endsWith('.ports')) ?? ''
    const ports = obj(JSON.parse(readFileSync(path.join(server.dir, file), 'utf8')))
    const answer = await fetch(`${list(ports.monitoring)[0]}/connz?state=closed&limit=100`)
    const { connections } = (await answer.json()) as {
      connections: { name: string; in_bytes: number; out_bytes: number }[]
    }
    const relays = connections.filter(({ name }) => name === 'rally-relay')
    const sum = (pick: (one: (typeof relays)[number]) => number) => relays.reduce((total, one) => total + pick(one), 0)
    return { received: sum((one) => one.out_bytes), sent: sum((one) => one.in_bytes) }
  }

  /** Records and messages in the room on the server. */
  async function stored(): Promise<number> {
    const connection = await connect({ servers: server.url })
    const manager = await jetstreamManager(connection)
    let found = 0
    for await (const { config } of manager.streams.list()) {
      const { state } = await manager.streams.info(config.name)
      found += state.messages
    }
    await connection.close()
    return found
  }
})

async function write(machine: TestMachine, text: string): Promise<void> {
  await postRecord(await machine.open('writer'), { kind: 'feedback', payload: { message: `${machine.name}/${text}` } })
}

async function deliver(machine: TestMachine, from: number, count: number): Promise<void> {
  const { inbox } = (await machine.open('writer')).transport
  for (let n = from; n < from + count; n++) {
    const base = { schema_version: '1.0', id: `m-${machine.name}-${n}`, kind: 'message', from: 'cursor', to: 'codex' }
    await inbox.deliver({ ...base, requires_ack: false, ts: 1, payload: { text: `${machine.name}/${n}` } })
  }
}

async function messagesOf(machine: TestMachine): Promise<string[]> {
  const entries = await (await machine.open('reader')).transport.inbox.read('codex', 0)
  return entries.map(({ message }) => String(message?.payload.text)).sort()
}

function expected(count: number): string[] {
  return ['one', 'two'].flatMap((name) => Array.from({ length: count }, (_, n) => `${name}/${n}`)).sort()
}
