import type { Transport } from '@rally/core/ports/transport'
import { eventually } from '../transport/assertions.js'
import type { OpenedChannel } from '../transport/contract-part.js'

/** The replication of one channel, as far as the contract drives it: a bounded amount of a task, and whether more is left. */
export interface RelaySteps {
  step(task: string): Promise<boolean>
}

/** The relay under test, handed in like the test runner. */
export interface RelayMaker {
  /** Every task there is; each is done until nothing is left of it. */
  readonly tasks: readonly string[]
  /** `renewSecs`: seconds after which presence is sent again; `adoptLeases`: whether seats at home go to the hub. */
  create(
    context: {
      readonly home: Transport
      readonly hub: Transport
      readonly identity: { readonly machine: string; readonly epoch: string }
      readonly clock: { now(): number }
      readonly memory: { read(): Promise<undefined>; write(memory: unknown): Promise<void> }
      report(event: unknown): void
    },
    options: { renewSecs: number; adoptLeases: boolean },
  ): RelaySteps
}

/** Two kinds of rooms between which a relay must work: machines live in `home`, and meet in `hub`. */
export interface RelayPair {
  readonly name: string
  openHome(channelName: string): Promise<OpenedChannel>
  openHub(channelName: string): Promise<OpenedChannel>
}

/** When a call of the relay fails: never, before it took effect, or after. */
export type Fate = 'never' | 'before' | 'after'

/** One machine with a room of its own, and the relay that runs there. */
export interface Machine {
  readonly name: string
  readonly home: Transport
  /** Another relay process takes over: it remembers nothing. */
  restart(): Promise<void>
  step(task: string): Promise<boolean>
}

/** Two machines and the room where they meet. */
export interface World {
  readonly hub: Transport
  readonly machines: readonly [Machine, Machine]
  now: number
  /** Decides whether the next call of a relay to either side fails. */
  fate: () => Fate
  settle(rounds?: number): Promise<void>
  cleanup(): Promise<void>
}

export async function openWorld(maker: RelayMaker, pair: RelayPair, room: string): Promise<World> {
  const opened: OpenedChannel[] = []
  const keep = async (channel: Promise<OpenedChannel>) => {
    opened.push(await channel)
    return (await channel).transport
  }
  const world = { now: Date.now() / 1000, fate: (): Fate => 'never' }
  const hub = await keep(pair.openHub(`${room}-hub`))
  const machineOf = async (name: string): Promise<Machine> => {
    const home = await keep(pair.openHome(`${room}-${name}`))
    let relay: RelaySteps | undefined
    const restart = async () => {
      relay = maker.create(
        {
          home: failing(home, () => world.fate()),
          hub: failing(hub, () => world.fate()),
          identity: { machine: name, epoch: `epoch-${name}` },
          clock: { now: () => world.now },
          memory: { read: async () => undefined, write: async () => undefined },
          report: () => undefined,
        },
        { renewSecs: 1, adoptLeases: relay === undefined },
      )
    }
    await restart()
    return { name, home, restart, step: async (task) => (await relay?.step(task)) ?? false }
  }
  const machines = [await machineOf('one'), await machineOf('two')] as const
  const settle = async (rounds = 4) => {
    for (let round = 0; round < rounds; round++) {
      for (const machine of machines) {
        for (const task of maker.tasks)
          await eventually(`${task} of ${machine.name}`, () => finish(machine, task, rounds > 1))
      }
    }
  }
  return Object.assign(world, {
    hub,
    machines,
    settle,
    async cleanup() {
      for (const channel of opened) await channel.cleanup()
    },
  })
}

/** Does a task until nothing is left; a failure is for the next call, or for a later round when `retry` is false. */
async function finish(machine: Machine, task: string, retry: boolean): Promise<boolean> {
  try {
    while (await machine.step(task));
    return true
  } catch (error) {
    if (retry && !(error instanceof PlannedFailure)) throw error
    return !retry
  }
}

class PlannedFailure extends Error {}

function failing(transport: Transport, fate: () => Fate): Transport {
  const wrap = <Store extends object>(store: Store): Store =>
    Object.fromEntries(
      Object.entries(store).map(([name, operation]) => [
        name,
        async (...args: unknown[]) => {
          const decided = fate()
          if (decided === 'before') throw new PlannedFailure('before it took effect')
          const answer = await operation(...args)
          if (decided === 'after') throw new PlannedFailure('after it took effect')
          return answer
        },
      ]),
    ) as Store
  const { log, inbox, sessions, receipts } = transport
  return { ...transport, log: wrap(log), inbox: wrap(inbox), sessions: wrap(sessions), receipts: wrap(receipts) }
}
