import { canonicalJson } from '@rally/core/rules/text/canonical-json'
import type { RelayContext } from './relay-context.js'

/** The leases that a channel has: the seat of the lead (protocol section 9), and the claims of files. */
const RELAYED_LEASES = ['lead', 'claims'] as const

export interface LeaseMirror {
  step(): Promise<boolean>
}

/**
 * Leases of a relayed channel are decided on the hub; this room holds a copy for readers. A lease that was held here when
 * the channel began to be relayed is taken there, unless somebody has it.
 */
export function createLeaseMirror({ home, hub, report }: RelayContext, options: { adopt: boolean }): LeaseMirror {
  let adopt = options.adopt
  return {
    async step() {
      for (const name of RELAYED_LEASES) {
        const here = await home.leases.read(name)
        const there = await hub.leases.read(name)
        if (there === undefined && here !== undefined && adopt) {
          if (await hub.leases.compareAndSet(name, null, here.value)) report({ event: 'lease-adopted', lease: name })
          continue
        }
        const next = there === undefined ? null : there.value
        if (here === undefined && next === null) continue
        if (here !== undefined && canonicalJson(here.value) === canonicalJson(next)) continue
        await home.leases.compareAndSet(name, here?.version ?? null, next)
      }
      adopt = false
      return false
    },
  }
}
