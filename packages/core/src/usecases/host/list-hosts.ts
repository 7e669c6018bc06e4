import type { HookState } from '../../model/hook-states.js'
import type { HostOutputItem } from '../../model/outputs/hosts.js'
import type { FoundHost, HostAdapter, HostEnv } from '../../ports/host.js'

export interface ListHostsInput {
  readonly found: readonly FoundHost[]
  /** Environment of the command, from which an adapter tells whether it runs inside its host. */
  readonly env: HostEnv
  /** Hook state per host id; a host that is missing is `unknown`. */
  readonly hooks: Readonly<Record<string, HookState>>
  /** Configuration folders of a host that exist. */
  readonly folders: (adapter: HostAdapter) => readonly string[]
}

/** Every host that a plugin declares: what it can do, whether it is here, how its hooks stand. */
export function listHosts({ found, env, hooks, folders }: ListHostsInput): readonly HostOutputItem[] {
  return found.map(({ id, plugin, version, type, adapter, refusal }) => {
    const clue = adapter?.identify(env)
    return {
      id,
      title: adapter?.title ?? null,
      plugin,
      version,
      type,
      refusal: refusal ?? null,
      capabilities: adapter ? capabilitiesOf(adapter) : null,
      detected: {
        inside: clue !== undefined,
        session_id: clue?.sessionId ?? null,
        folders: adapter ? [...folders(adapter)] : [],
      },
      hooks: adapter ? (hooks[id] ?? 'unknown') : 'unknown',
    }
  })
}

function capabilitiesOf({ capabilities }: HostAdapter): HostOutputItem['capabilities'] {
  const { moments, context, deny, textLimit, timeoutUnit, children } = capabilities
  return {
    moments: [...moments],
    context: [...context],
    deny,
    text_limit: textLimit,
    timeout_unit: timeoutUnit,
    children,
  }
}
