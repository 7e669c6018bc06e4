import type { Moment, MomentName } from '@rally/core/model/moment'
import type { HostAdapter, HostAdapterFactory, HostApi, HostEnv } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'

/** A payload of the host and what the adapter must make of it. */
export interface HostFixture {
  /** For the test's name, e.g. the file it was recorded into. */
  readonly name: string
  /** The host event, as the installed command line passes it. */
  readonly event: string
  readonly payload: JsonObject
  /** The environment that the hook saw; empty without it. */
  readonly env?: HostEnv
  /** Fields that the moment must have, `undefined` for one that it must not have; null when the adapter must stay silent. */
  readonly moment: { readonly [Field in keyof Moment]?: Moment[Field] | undefined } | null
}

/** What the suite needs to know of a host beside its adapter. */
export interface HostContractOptions {
  /** At least one payload for each moment that the adapter declares. */
  readonly fixtures: readonly HostFixture[]
  readonly environments: {
    /** The environment of the host's shell tool, and the session id that it names. */
    readonly inside: ReadonlyArray<{ readonly env: HostEnv; readonly sessionId?: string }>
    /** Environments that look alike but are another host's. */
    readonly outside: readonly HostEnv[]
  }
  /** The host's own rules for stdout at an event: answers what is wrong, or undefined. */
  readonly refuses: (event: string, stdout: string) => string | undefined
  /** Events at which the host drops text although it takes it at another event of the same moment. */
  readonly silentEvents?: readonly string[]
  /** What the host is told when there is nothing to say; default: nothing at all. */
  readonly empty?: string
}

export interface HostUnderTest extends HostContractOptions {
  readonly factory: HostAdapterFactory
  readonly adapter: HostAdapter
  readonly api: HostApi
}

/** Environment of a fixture. */
export function envOf(fixture: HostFixture): HostEnv {
  return fixture.env ?? {}
}

/** The (moment, event) pairs that the fixtures give, each once. */
export function momentsOf(host: HostUnderTest): ReadonlyArray<{ readonly name: MomentName; readonly event: string }> {
  const pairs = new Map<string, { name: MomentName; event: string }>()
  for (const fixture of host.fixtures) {
    const moment = host.adapter.parse(fixture.event, fixture.payload, envOf(fixture))
    if (moment) pairs.set(`${moment.name} ${moment.event}`, { name: moment.name, event: moment.event })
  }
  return [...pairs.values()]
}
