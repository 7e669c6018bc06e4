import { reasonOf } from '@rally/core/errors'
import {
  type ContributionTools,
  REGISTER_API,
  type RefusedContribution,
  type RegisterApi,
} from '@rally/core/plugin-api/contributions'
import { CONTRIBUTION_TOKENS } from '@rally/core/tokens'

/** A plugin that contributes: its name, and how its `register` file is loaded. */
export interface ContributingPlugin {
  readonly plugin: string
  load(): unknown
}

/** One thing that a plugin registered. */
export interface Contribution {
  readonly plugin: string
  readonly token: symbol
  make(tools: ContributionTools): unknown
}

export interface Collected {
  readonly contributions: readonly Contribution[]
  readonly refused: readonly RefusedContribution[]
}

/** Lets every plugin register. One that fails is named and left out whole: half of what it meant to register is no use. */
export function collectContributions(plugins: Iterable<ContributingPlugin>): Collected {
  const contributions: Contribution[] = []
  const refused: RefusedContribution[] = []
  for (const { plugin, load } of plugins) {
    try {
      contributions.push(...registeredBy(plugin, load()))
    } catch (error) {
      refused.push({ plugin, reason: firstLine(error) })
    }
  }
  return { contributions, refused }
}

function registeredBy(plugin: string, register: unknown): readonly Contribution[] {
  if (typeof register !== 'function') throw new Error('its "rally.register" file does not export a function')
  const found: Contribution[] = []
  const api: RegisterApi = {
    api: REGISTER_API,
    tokens: CONTRIBUTION_TOKENS,
    register(token, make) {
      if (typeof token !== 'symbol' || typeof make !== 'function')
        throw new Error('it registers something else than a token (a symbol) and a factory')
      found.push({ plugin, token, make })
    },
  }
  register(api)
  return found
}

export function firstLine(error: unknown): string {
  return reasonOf(error).split('\n', 1)[0] ?? ''
}
