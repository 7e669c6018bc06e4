import { isRallyError } from '../../errors.js'
import type { LeaseStore, Transport } from '../../ports/transport.js'

/**
 * A room of this machine whose leases are decided on the server: taken, changed and emptied there, copied here for readers.
 * While the server cannot be reached, reading answers the copy and deciding fails with SERVER_UNREACHABLE.
 */
export function withServerLeases(home: Transport, hub: () => Promise<Transport>): Transport {
  const mirror = async (name: string, there: { value: unknown } | undefined) => {
    const here = await home.leases.read(name)
    if (JSON.stringify(here?.value ?? null) === JSON.stringify(there?.value ?? null)) return
    await home.leases.compareAndSet(name, here?.version ?? null, there?.value ?? null)
  }
  const leases: LeaseStore = {
    async read(name) {
      try {
        const there = await (await hub()).leases.read(name)
        await mirror(name, there)
        return there
      } catch (error) {
        if (!isRallyError(error) || error.code !== 'SERVER_UNREACHABLE') throw error
        const here = await home.leases.read(name)
        // No version that the server would take for its own.
        return here === undefined ? undefined : { value: here.value, version: `copy-${here.version}` }
      }
    },
    async compareAndSet(name, expected, next) {
      const { leases: there } = await hub()
      const done = await there.compareAndSet(name, expected, next)
      await mirror(name, await there.read(name))
      return done
    },
  }
  return Object.freeze<Transport>({ ...home, leases })
}
