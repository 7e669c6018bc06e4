import type { ErrorDetails, errorsOf } from '../errors.js'
import type { Channel } from '../model/channel.js'
import type { Clock, Ids } from './clock.js'
import type { Transport } from './transport.js'

/** The version of the contract between rally and its transport plugins (`"rally": {"api": 1, "transport": …}`). */
export const TRANSPORT_API = 1

/** What rally hands to a transport plugin, so that it needs no import at run time. */
export interface TransportApi {
  readonly api: typeof TRANSPORT_API
  /** An error of rally's catalogue: its message, hint and exit code. An unknown code becomes INTERNAL. */
  error(code: string, details?: ErrorDetails, options?: { cause?: unknown }): Error
  /** Makes the failures of the plugin's own catalogue: codes that only it knows, with their sentences and exit codes. */
  readonly errors: typeof errorsOf
  /** `@rally/core/ids` */
  requireSafeId(value: unknown, what: string): string
  /** `@rally/core/ids` */
  safeName(value: string): string
  readonly clock: Clock
  readonly ids: Ids
}

/** Where a server is and how to prove who we are. Values are paths of files, except `user`. Nothing here is ever shown. */
export interface ServerSettings {
  /** URLs separated by commas. A user part (`nats://token@host`, `nats://user:password@host`) counts as a credential. */
  readonly to: string
  /** Lets several teams share a server; lower case. Default `rally`. */
  readonly prefix?: string | undefined
  /** A `.creds` file (JWT and NKey seed). */
  readonly credentials?: string | undefined
  /** A file that holds an NKey seed. */
  readonly nkey?: string | undefined
  readonly user?: string | undefined
  readonly password_file?: string | undefined
  readonly token_file?: string | undefined
  readonly tls?: { ca?: string | undefined; cert?: string | undefined; key?: string | undefined } | undefined
  /** Records and messages older than this are forgotten by the server. Default: kept. */
  readonly max_age_days?: number | undefined
  /** Largest size of one channel on the server, in bytes; when it is reached, writers are refused. Default: no limit. */
  readonly max_bytes?: number | undefined
  /** Copies of the data in a cluster: 1, 3 or 5. */
  readonly replicas?: number | undefined
  /** Seconds until presence that nobody renews disappears. */
  readonly presence_ttl?: number | undefined
}

/** One finding about a server; severity `error` means that a relay cannot work. */
export interface ServerCheck {
  readonly code: string
  readonly severity: 'ok' | 'warning' | 'error'
  readonly message: string
  readonly hint: string | null
}

/** A connection that many channels share. It reconnects by itself; calls made while it is down fail with SERVER_UNREACHABLE. */
export interface ServerConnection {
  /** Host and port, without credentials. */
  readonly server: string
  /** Whether calls can succeed now. */
  readonly up: boolean
  /** Tells whenever `up` may have changed. Answers a function that ends it. */
  onChange(listener: (up: boolean) => void): () => void
  /** The room `key` on the server; `machine` signs what is written there without an origin. Touches nothing yet. */
  open(request: { channel: Channel; key: string; machine: string }): Transport
  /** For `rally doctor`: version, JetStream, permissions. Never throws. */
  check(): Promise<readonly ServerCheck[]>
  close(): Promise<void>
}

/** A transport that a plugin supplies: which URLs it serves, and how to connect. */
export interface TransportPlugin {
  readonly api: typeof TRANSPORT_API
  /** `nats` */
  readonly transport: string
  /** URL schemes that it serves, without `://`. */
  readonly schemes: readonly string[]
  /** How many seconds presence lives when nobody renews it, by default. */
  readonly presenceTtl: number
  /**
   * Throws RallyError SERVER_UNREACHABLE, SERVER_REFUSED, SERVER_CERTIFICATE, SERVER_UNSUPPORTED, SERVER_FORBIDDEN,
   * CONFIG_INVALID (a credential file that cannot be read).
   */
  connect(settings: ServerSettings, options: { name: string; timeoutMs?: number }): Promise<ServerConnection>
}

/** What a transport plugin's entry exports by default. */
export type TransportPluginFactory = (api: TransportApi) => TransportPlugin
