import type { HookState } from '../../model/hook-states.js'
import type { HostProbe } from '../../model/host-probe.js'
import { MOMENT_NAMES, type MomentName } from '../../model/moment.js'
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
  /** What the last probe of each host found. */
  readonly probes?: Readonly<Record<string, HostProbe>>
}

/** Every host that a plugin declares: what it can do, whether it is here, how its hooks stand. */
export function listHosts({ found, env, hooks, folders, probes = {} }: ListHostsInput): readonly HostOutputItem[] {
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
      probe: probeOf(Object.hasOwn(probes, id) ? probes[id] : undefined),
    }
  })
}

function probeOf(probe: HostProbe | undefined): HostOutputItem['probe'] {
  if (probe === undefined) return null
  const { version, probedAt, heard, lost } = probe
  return { version, probed_at: probedAt, heard: momentsIn(heard), lost: momentsIn(lost) }
}

/** Others than rally's are left out. */
function momentsIn(names: readonly string[]): MomentName[] {
  return MOMENT_NAMES.filter((name) => names.includes(name))
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
