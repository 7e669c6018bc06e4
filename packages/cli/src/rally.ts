import type { Config } from '@oclif/core/interfaces'
import type { RefusedContribution } from '@rally/core/plugin-api/contributions'
import type { Caller, CallerRequest } from '@rally/core/plugin-api/rally-api'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { Hosts } from '@rally/core/ports/host'
import type { IdentityClues, IdentityPort } from '@rally/core/ports/identity'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import type { Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import type { HostProcessProbe } from '@rally/core/rules/presence/life'
import type { RoomContext, SessionContext } from '@rally/core/usecases/context'
import type { RelayFiles } from '@rally/relay/ports/relay-files'
import type { SessionFlags } from './flags.js'
import type { TransportPlugins } from './plugins/found-transports.js'

/** The composed program: what a command may ask for. Everything is made on first use. */
export interface Rally {
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly ids: Ids
  readonly discovery: ChannelDiscovery
  readonly transports: Transports
  /** Rooms of this machine as they are without a server: for the relay itself. */
  readonly localTransports: Transports
  readonly identity: IdentityPort
  readonly configuration: ConfigurationPort
  readonly hosts: Hosts
  readonly hookInspection: HookInspection
  readonly runIdentity: RunIdentityPort | undefined
  /** The transports that plugins supply. */
  readonly transportPlugins: TransportPlugins
  /** What plugins registered under a token. */
  contributions(token: symbol): readonly unknown[]
  /** Plugins that failed to register what they bring, with the reason; they are left out. */
  refusedContributions(): readonly RefusedContribution[]
  /** Whether the host process of a session of this machine still runs. */
  readonly hostProcess?: HostProcessProbe | undefined
  /** Connects to the configured server. Throws RELAY_NOT_CONFIGURED, TRANSPORT_UNKNOWN and what the transport throws. */
  connectServer(): Promise<ServerConnection>
  /** What the relay of this apps root keeps on disk. */
  relayFiles(): Promise<RelayFiles>
  /** The room of a workdir; its transport is closed when the command ends. */
  room(flags: { readonly workdir: string }): Promise<RoomContext>
  /** The room and who is asking; throws SESSION_UNKNOWN when nobody can be told. */
  session(flags: SessionFlags, clues?: IdentityClues): Promise<SessionContext>
  /** As `session`, but without a session when nobody can be told. */
  roomAndMaybeSession(flags: SessionFlags): Promise<RoomContext & { readonly session?: SessionContext['session'] }>
  /** For commands that only read: as `roomAndMaybeSession`, but where several sessions may be asking it says which. */
  look(
    flags: SessionFlags,
  ): Promise<RoomContext & { readonly session?: SessionContext['session']; readonly candidates?: readonly string[] }>
  /** Live sessions that a program below a host may be speaking for. */
  callers(request: CallerRequest): Promise<readonly Caller[]>
  close(): Promise<void>
}

export interface ComposeOptions {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
}
