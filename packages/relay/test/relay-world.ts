import { isRallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { Transport } from '@rally/core/ports/transport'
import { createMemoryTransports, type MemoryTransport } from '@rally/core/testing/memory-transport'
import { type ChannelRelay, createChannelRelay, RELAY_TASKS } from '../src/channel-relay.js'
import type { RelayMemory } from '../src/ports/relay-files.js'
import type { RelayEvent } from '../src/relay-context.js'

/** Machines around a hub, driven step by step. */
export async function createWorld(names: readonly string[]) {
  const ids = { hex: (n: number) => (counter++).toString(16).padStart(n, '0'), digits: (n: number) => '0'.repeat(n) }
  let counter = 1
  const transports = createMemoryTransports(ids)
  let generation = 0
  const open = (dir: string): Promise<MemoryTransport> => transports.open(channelOf(dir))
  interface Machine {
    home: Transport
    relay: ChannelRelay | undefined
    epoch: string
    memory: RelayMemory | undefined
    events: RelayEvent[]
    as: string
    errors: string[]
    wrap: (home: Transport) => Transport
  }
  const machines = new Map<string, Machine>()
  const world = {
    clock: 1_000,
    hub: (await open('/hub')) as Transport,
    machine(name: string): Machine {
      const found = machines.get(name)
      if (!found) throw new Error(name)
      return found
    },
    async addMachine(name: string, as = name) {
      const machine = {
        as,
        errors: [],
        home: await open(`/${name}`),
        relay: undefined,
        epoch: `e-${as}`,
        memory: undefined,
        events: [],
        wrap: (home: Transport) => home,
      }
      machines.set(name, machine)
      world.restart(name)
    },
    restart(name: string, change: { epoch?: string } = {}) {
      const machine = world.machine(name)
      const isNew = machine.relay === undefined
      machine.epoch = change.epoch ?? machine.epoch
      machine.relay = createChannelRelay(
        {
          home: machine.wrap(machine.home),
          hub: world.hub,
          identity: { machine: machine.as, epoch: machine.epoch },
          clock: { now: () => world.clock },
          memory: {
            read: async () => machine.memory,
            write: async (memory) => {
              machine.memory = memory
            },
          },
          report: (event) => machine.events.push(event),
        },
        { renewSecs: 20, adoptLeases: isNew },
      )
    },
    stop(name: string) {
      machines.delete(name)
    },
    wrapHome(name: string, wrap: (home: Transport) => Transport) {
      world.machine(name).wrap = wrap
      world.restart(name)
    },
    /** As a server does that compares sequences. */
    refuseReplays() {
      const { log } = world.hub
      const append: typeof log.append = async (one) => {
        const same = (await log.latest(999)).map(({ rally_origin }) => rally_origin)
        const newest = same.filter(
          (origin) => origin?.machine === one.origin?.machine && origin?.epoch === one.origin?.epoch,
        )
        const replayed = newest.some((origin) => (origin?.position ?? 0) >= (one.origin?.position ?? 1))
        return replayed ? { revision: 0, eventId: '', replayed } : log.append(one)
      }
      world.hub = { ...world.hub, log: { ...log, append } }
      for (const name of machines.keys()) world.restart(name)
    },
    async replaceHub() {
      world.hub = await open(`/hub-${++generation}`)
      for (const name of machines.keys()) world.restart(name)
    },
    /** The hub's records expire; its numbering stays. */
    async forgetHub() {
      const numbering = await world.hub.numbering?.()
      const next = await open(`/hub-${++generation}`)
      world.hub = { ...next, numbering: async () => numbering ?? '' }
    },
    async replaceHome(name: string) {
      const home = await open(`/${name}-${++generation}`)
      world.machine(name).home = home
      world.restart(name)
      return home
    },
    async post(name: string, n: number, more: { event_id?: string } = {}) {
      await world.machine(name).home.log.append({ ...draft(`${name}${n}`), ...more })
    },
    async texts(name: string) {
      const room = name === 'hub' ? world.hub : world.machine(name).home
      return (await room.log.latest(999)).map((record) => String(record.payload.message))
    },
    /** Every task of every machine until nothing changes any more. */
    async settle() {
      for (let round = 0; round < 6; round++) {
        for (const { relay, errors } of machines.values()) {
          for (const task of RELAY_TASKS) {
            try {
              for (let more = true, n = 0; more && n < 50; n++) more = (await relay?.step(task)) ?? false
            } catch (error) {
              // The driver would wait; here the next round tries again.
              if (isRallyError(error)) errors.push(error.code)
            }
          }
          await relay?.remember()
        }
      }
    },
  }
  for (const name of names) await world.addMachine(name)
  return world
}

export function channelOf(dir: string): Channel {
  const base = { app: dir.slice(1), dir, appsRoot: '/', repoRoot: null, worktree: null, resolvedVia: 'test' }
  return {
    ...base,
    resolvedViaDetail: '',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
  }
}

export function draft(text: string) {
  return {
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'a',
    payload: { message: text } as Record<string, unknown>,
    ts: 1000,
  }
}

export function presence(session_id: string, tool: string) {
  const base = { session_id, tool, model: 'm', run_id: 'r', app_slug: 'a', phase: 'p', task: 't' }
  return { ...base, files_in_flight: [], heartbeat_ts: 1000, last_seen: 1000 }
}

export function message(to: string, n: number) {
  const base = { schema_version: '1.0', id: 'same-id', kind: 'message', from: 'cursor', to, requires_ack: false, ts: n }
  return { ...base, payload: { n } }
}

export function cursor(tool: string, session_id: string, direct: number, broadcast: number) {
  const kind = 'rally-inbox-ack-cursor' as const
  const at = (line_count: number) => ({ line_count, last_message_ts: null })
  return { schema_version: '1.0', kind, tool, session_id, acked_at: 1, direct: at(direct), broadcast: at(broadcast) }
}

export function heartbeat(ts: number, task_ref: string) {
  const base = {
    schema_version: '1.0',
    kind: 'task-heartbeat' as const,
    id: `s1-${ts}`,
    session_id: 's1',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
  }
  const state = {
    app_slug: 'a',
    task_ref,
    status: 'running' as const,
    still_on_task: true,
    progress_since_last: '',
    evidence_refs: [],
  }
  return { ...base, ...state, attention_reason: '', interval_seconds: 600, next_check_in_at: ts + 600, ts }
}
