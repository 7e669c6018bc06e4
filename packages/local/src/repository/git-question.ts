import type { Env } from '../system/user-dirs.js'

/** How git may be asked. `timeoutMs`: milliseconds until the answer counts as unknown. */
export interface GitQuestion {
  readonly env: Env
  readonly timeoutMs: number
}
