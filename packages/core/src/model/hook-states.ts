/** How a host's hooks stand in a repository. */
export const HOOK_STATES = ['installed', 'stale', 'absent', 'off', 'shadowed', 'untrusted', 'unknown'] as const
/** How far a host's hooks are in place. */
export type HookState = (typeof HOOK_STATES)[number]
