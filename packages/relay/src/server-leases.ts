import type { LeaseState, Transport } from '@rally/core/ports/transport'
import { canonicalJson } from '@rally/core/rules/text/canonical-json'

/**
 * A room of this machine whose leases are decided on the server: taken, changed and emptied there, copied here. Readers get
 * the copy. Whoever decided by an old copy is told that it was too late, and finds the new one. `hub` fails with
 * SERVER_UNREACHABLE when the server cannot be reached, and answers undefined when this channel is not relayed.
 */
export function withServerLeases(home: Transport, hub: () => Promise<Transport | undefined>): Transport {
  const copy = async (name: string, there: LeaseState | undefined) => {
    const here = await home.leases.read(name)
    if (!isSame(here, there)) await home.leases.compareAndSet(name, here?.version ?? null, there?.value ?? null)
  }
  return Object.freeze<Transport>({
    ...home,
    leases: {
      read: home.leases.read,
      async compareAndSet(name, expected, next) {
        const server = await hub()
        if (server === undefined) return home.leases.compareAndSet(name, expected, next)
        const here = await home.leases.read(name)
        const there = await server.leases.read(name)
        const asKnown = (here?.version ?? null) === expected && isSame(here, there)
        const done = asKnown && (await server.leases.compareAndSet(name, there?.version ?? null, next))
        await copy(name, await server.leases.read(name))
        return done
      },
    },
  })
}

/** The same value; each store keeps keys in an order of its own. */
function isSame(a: LeaseState | undefined, b: LeaseState | undefined): boolean {
  return canonicalJson(a?.value ?? null) === canonicalJson(b?.value ?? null)
}
