import 'reflect-metadata'
import type { ContributionTools, RefusedContribution } from '@rally/core/plugin-api/contributions'
import { instanceCachingFactory, container as parent } from 'tsyringe'
import { type Collected, type Contribution, firstLine } from './collect-contributions.js'

/** The composed ports of one program, by token. */
export interface Ports {
  /** Registers the one maker of a port; it runs when the port is first asked for. */
  once<Port>(token: symbol, make: () => Port): void
  /** The port of a token. Throws when nobody registered it: a mistake in the program. */
  get<Port>(token: symbol): Port
  /** What plugins registered under a token, made; in the order of the plugins. What cannot be made is refused by name. */
  all<Port>(token: symbol): readonly Port[]
  /** Plugins that are left out, as far as it is known: those that failed to register, and what failed to be made. */
  refused(): readonly RefusedContribution[]
  close(): Promise<void>
}

export interface PortsOptions {
  /** Runs when something that plugins register is asked for. */
  readonly collect: () => Collected
  readonly tools: ContributionTools
}

/** The container. Nothing else in rally knows that it is tsyringe's. */
export function createPorts({ collect, tools }: PortsOptions): Ports {
  const own = parent.createChildContainer()
  const contributed = parent.createChildContainer()
  const failed: RefusedContribution[] = []
  let collected: Collected | undefined

  const attempt = ({ plugin, make }: Contribution): { readonly made?: unknown } => {
    try {
      return { made: make(tools) }
    } catch (error) {
      failed.push({ plugin, reason: firstLine(error) })
      return {}
    }
  }
  const collectOnce = (): Collected => {
    if (collected) return collected
    collected = collect()
    for (const contribution of collected.contributions)
      contributed.register(contribution.token, { useFactory: instanceCachingFactory(() => attempt(contribution)) })
    return collected
  }

  return {
    once: (token, make) => {
      own.register(token, { useFactory: instanceCachingFactory(make) })
    },
    get: (token) => own.resolve(token),
    all<Port>(token: symbol) {
      collectOnce()
      if (!contributed.isRegistered(token)) return []
      return contributed.resolveAll<{ readonly made?: Port }>(token).flatMap(({ made }) => made ?? [])
    },
    refused: () => [...collectOnce().refused, ...failed],
    async close() {
      await Promise.all([own.dispose(), contributed.dispose()])
    },
  }
}
