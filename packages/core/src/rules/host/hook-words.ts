import type { HookState } from '../../model/hook-states.js'

/** How a host's hooks stand, for people. */
export const HOOK_WORDS: Readonly<Record<HookState, string>> = {
  installed: 'installed',
  stale: 'out of date',
  absent: 'not installed',
  off: 'off',
  shadowed: 'ignored',
  untrusted: 'not trusted yet',
  unknown: 'not known',
}
