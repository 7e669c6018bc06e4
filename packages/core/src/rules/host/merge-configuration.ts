import type { Configuration } from '../../model/configuration.js'

import { quieter } from '../ring/may-ring.js'

type Hooks = NonNullable<Configuration['hooks']>
type Collision = NonNullable<Hooks['collision']>

export interface ConfigurationLayers {
  readonly user: Configuration
  /** Of the repository's own file: anybody who can commit writes it. */
  readonly repository: Configuration
  readonly environment: Configuration
}

/** The quietest first; between layers the earlier word wins. */
const QUIETEST: readonly Collision[] = ['off', 'deny', 'warn']

/**
 * One configuration of three layers. Later layers win, except that a repository can only make hooks quieter or stricter:
 * it switches them off but not on, lowers the budget, and turns a warning about a collision or a commit into a refusal or into
 * silence, never back.
 */
export function mergeConfiguration({ user, repository, environment }: ConfigurationLayers): Configuration {
  const relay = { ...user.relay, ...repository.relay, ...environment.relay }
  const restrained = restrain(restrain(user.hooks, repository.hooks), environment.hooks)
  const guard = quietest(user.guard, repository.guard, environment.guard)
  const wake = wakeOf(user.hooks?.wake, repository.hooks?.wake)
  const turnEnd = turnEndOf(user.hooks?.turn_end, repository.hooks?.turn_end)
  const hooks = restrained && { ...restrained, ...(wake && { wake }), ...(turnEnd && { turn_end: turnEnd }) }
  // A repository that says nothing of it takes nothing back.
  const picture = repository.picture?.prompts === 'off' ? ({ prompts: 'off' } as const) : user.picture
  return {
    ...user,
    ...repository,
    ...environment,
    ...(hooks && { hooks }),
    ...(guard && { guard }),
    ...(picture && { picture }),
    ...(Object.keys(relay).length > 0 && { relay }),
  }
}

function quietest(...words: readonly (Collision | undefined)[]): Collision | undefined {
  return QUIETEST.find((word) => words.includes(word))
}

/** The user's word is the ceiling, also the one that was not said; a repository lowers it. */
function wakeOf(user: Hooks['wake'], repository: Hooks['wake']): Hooks['wake'] {
  if (repository === undefined) return user
  return quieter(user ?? 'asked', repository)
}

/** Only the user lets turns go on; a repository may forbid it. */
function turnEndOf(user: Hooks['turn_end'], repository: Hooks['turn_end']): Hooks['turn_end'] {
  return repository === undefined ? user : user === 'messages' ? repository : 'silent'
}

/** The more restrained of two wishes, key by key. */
function restrain(a: Hooks | undefined, b: Hooks | undefined): Hooks | undefined {
  if (!a || !b) return a ?? b
  const collision = quietest(a.collision, b.collision)
  const budgets = [a.budget, b.budget].filter((budget) => budget !== undefined)
  return {
    ...a,
    ...b,
    ...(budgets.length > 0 && { budget: Math.min(...budgets) }),
    ...(collision && { collision }),
    ...((a.enabled === false || b.enabled === false) && { enabled: false }),
  }
}
