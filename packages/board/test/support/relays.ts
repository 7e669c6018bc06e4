import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { type ChannelRelay, createChannelRelay, RELAY_TASKS } from '@rally/relay/channel-relay'
import type { World } from '../../../../test/support/world.js'

const HUB = { app: 'shop', dir: '/hub', appsRoot: '/', repoRoot: null, worktree: null } as const

/** Rooms of several machines and what relays them: real stores at each end, the server's room in memory. */
export class Relays {
  readonly #relays: readonly ChannelRelay[]

  private constructor(relays: readonly ChannelRelay[]) {
    this.#relays = relays
  }

  /** By the names of the machines, as a relay gives them: `laptop-1a2b3c4d`. */
  static async between(worlds: Readonly<Record<string, World>>): Promise<Relays> {
    let count = 0
    const next = (length: number) => (++count).toString(16).padStart(length, '0')
    const hub = await createMemoryTransports({ hex: next, digits: next }).open({
      ...{ ...HUB, resolvedVia: 'test', resolvedViaDetail: '', channelLayout: 'legacy', policy: 'legacy-only' },
      ...{ protocolVersion: '1.0', legacyChannelDir: null },
    })
    const relays = Object.entries(worlds).map(async ([machine, world]) => {
      const { transport: home } = await world.open('relay', 'reader')
      const clock = { now: () => Date.now() / 1000 }
      const memory = { read: async () => undefined, write: async () => {} }
      const context = { home, hub, identity: { machine, epoch: `of ${machine}` }, clock, memory, report: () => {} }
      return createChannelRelay(context, { renewSecs: 20, adoptLeases: true })
    })
    return new Relays(await Promise.all(relays))
  }

  /** Carries everything that is there, to the server and from it. */
  async carry(): Promise<void> {
    for (const _ of ['there', 'and back'])
      for (const relay of this.#relays) for (const task of RELAY_TASKS) while (await relay.step(task));
  }
}
