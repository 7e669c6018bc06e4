import type { Configuration } from '../model/configuration.js'
import { int, obj } from '../readers.js'
import { mergeConfiguration } from '../rules/host/merge-configuration.js'

/** Characters of one reply unless configured otherwise. */
export const DEFAULT_BUDGET = 2000
const SMALLEST_BUDGET = 200
const LARGEST_BUDGET = 10_000
const DEFAULT_HISTORY = 7
/** As the configuration's schema says. */
const LONGEST_HISTORY = 365
const COLLISIONS = ['warn', 'deny', 'off'] as const

/** What the configuration says to hooks. */
export interface HookSettings {
  readonly enabled: boolean
  /** Longest text of one reply in characters. */
  readonly budget: number
  /** `deny` refuses an edit of a file that a live peer of this working tree took first. */
  readonly collision: 'warn' | 'deny' | 'off'
  /** Whose file says `deny`; where both do, the repository's, which the user cannot change alone. */
  readonly denies?: 'user' | 'repository'
  /** An ask that was not told yet keeps a turn going that would end. */
  readonly turnEnd: 'silent' | 'messages'
  /** Who sees the first line of what an agent was asked. */
  readonly prompts: 'person' | 'agents' | 'off'
  /** For how many days edits and tellings are kept. */
  readonly historyDays: number
}

const SILENT = new Set(['off', '0', 'false', 'no'])

/** Whether `RALLY_HOOKS` silences every hook of a process. */
export function isSilenced(rallyHooks: string | undefined): boolean {
  return rallyHooks !== undefined && SILENT.has(rallyHooks.trim().toLowerCase())
}

/**
 * The settings that hold for a repository: parsed configuration files of the user and of the repository, of any shape.
 * A repository can make hooks quieter or stricter, never louder: it cannot switch on what the user switched off, nor raise
 * the budget.
 */
export function mergeHookSettings(user: unknown, repository: unknown): HookSettings {
  const mine = hooksOf(user)
  const { hooks } = mergeConfiguration({
    user: { hooks: { ...mine, budget: mine.budget ?? DEFAULT_BUDGET } },
    repository: { hooks: hooksOf(repository) },
    environment: {},
  })
  const { enabled = true, budget = DEFAULT_BUDGET, collision = 'warn', turn_end: turnEnd = 'silent' } = hooks ?? {}
  const denies = hooksOf(repository).collision === 'deny' ? 'repository' : 'user'
  return {
    ...{ enabled, budget, collision, ...(collision === 'deny' && { denies }) },
    ...{ turnEnd, prompts: promptsOf(user, repository), historyDays: historyDaysOf(user) },
  }
}

/** The user says who; a repository can only forbid it. */
function promptsOf(user: unknown, repository: unknown): HookSettings['prompts'] {
  if (obj(obj(repository).picture).prompts === 'off') return 'off'
  const word = obj(obj(user).picture).prompts
  return word === 'agents' || word === 'off' ? word : 'person'
}

/** How long this machine remembers what was edited and what was told: the user's to say. */
export function historyDaysOf(user: unknown): number {
  const days = int(obj(obj(user).history).days)
  return days === undefined || days < 0 || days > LONGEST_HISTORY ? DEFAULT_HISTORY : days
}

/** What can be used of a configuration file: a hook never fails because of one. */
function hooksOf(configuration: unknown): NonNullable<Configuration['hooks']> {
  const { enabled, budget, collision, turn_end } = obj(obj(configuration).hooks)
  const size = int(budget)
  const word = COLLISIONS.find((one) => one === collision)
  return {
    ...(typeof enabled === 'boolean' && { enabled }),
    ...(size !== undefined && { budget: Math.min(LARGEST_BUDGET, Math.max(SMALLEST_BUDGET, size)) }),
    ...(word !== undefined && { collision: word }),
    ...((turn_end === 'silent' || turn_end === 'messages') && { turn_end }),
  }
}
