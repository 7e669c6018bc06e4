import { bool, int, obj, str } from '../readers.js'

/** Characters of one reply unless configured otherwise. */
export const DEFAULT_BUDGET = 2000
const SMALLEST_BUDGET = 200
const LARGEST_BUDGET = 10_000

export interface HookSettings {
  readonly enabled: boolean
  /** Longest text of one reply in characters. */
  readonly budget: number
  /** `deny` refuses an edit of a file that a live peer of this working tree took first. */
  readonly collision: 'warn' | 'deny' | 'off'
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
  const mine = obj(obj(user).hooks)
  const theirs = obj(obj(repository).hooks)
  return {
    enabled: bool(mine.enabled, true) && bool(theirs.enabled, true),
    budget: Math.min(budgetOf(mine.budget, DEFAULT_BUDGET), budgetOf(theirs.budget, LARGEST_BUDGET)),
    collision: collisionOf(theirs.collision) ?? collisionOf(mine.collision) ?? 'warn',
  }
}

function budgetOf(value: unknown, fallback: number): number {
  return Math.min(LARGEST_BUDGET, Math.max(SMALLEST_BUDGET, int(value) ?? fallback))
}

function collisionOf(value: unknown): HookSettings['collision'] | undefined {
  const word = str(value)
  return word === 'warn' || word === 'deny' || word === 'off' ? word : undefined
}
