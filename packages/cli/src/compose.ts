import { resolve } from 'node:path'
import { isRallyError, RallyError } from '@rally/core/errors'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { Hosts } from '@rally/core/ports/host'
import type { IdentityClues, IdentityPort } from '@rally/core/ports/identity'
import type { Transport, Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { strings } from '@rally/core/readers'
import { TOKENS } from '@rally/core/tokens'
import type { RoomContext, SessionContext } from '@rally/core/usecases/context'
import { candidatesOf } from '@rally/core/usecases/roster/candidates'
import { findCallers } from '@rally/local/composition/callers'
import { composePorts } from '@rally/local/composition/compose-ports'
import { lookupIn, openContext, runIdentityOf } from '@rally/local/composition/open-context'
import type { Ports } from '@rally/local/composition/ports'
import { appsRootOf } from '@rally/local/discovery/apps-root'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import type { InstalledPlugins } from '@rally/local/plugins/installed-plugins'
import type { SessionFlags } from './flags.js'
import { createHookInspection } from './installing/create-hook-inspection.js'
import { createTransportPlugins, type TransportPlugins } from './plugins/found-transports.js'
import type { ComposeOptions, Rally } from './rally.js'
import { connectServer, type ServerParts } from './relay/connect-server.js'
import { createRelayFiles, readRelayRoom } from './relay/relay-files.js'
import { relayedTransports } from './relay/relayed-transports.js'
import { createTransportApi } from './relay/transport-api.js'

/** The ports of the command line: those of every program (`composePorts`), and what only a command needs. */
export function compose({ config, env }: ComposeOptions): Rally {
  const installed: InstalledPlugins = { plugins: [...config.plugins.values()], root: config.root, pjson: config.pjson }
  const ports = composePorts({
    env,
    cwd: process.cwd(),
    plugins: () => installed,
    producer: {
      producer_name: 'rally',
      producer_version: config.version,
      producer_commit_sha: null,
      producer_runtime_path: config.root,
      producer_runtime_surface: 'installed-package',
      producer_protocol_version: '1.0',
    },
  })
  const { once, get } = ports
  once<TransportPlugins>(TRANSPORT_PLUGINS, () =>
    createTransportPlugins(installed.plugins, ports.all(TOKENS.transport)),
  )
  // Leases of a relayed room are decided on the server; all other rooms are as they are on this machine.
  once<Transports>(TOKENS.transports, () =>
    relayedTransports(get<Transports>(TOKENS.localTransports), {
      readRoom: async (channel) => readRelayRoom(channel),
      connect: (to) => get<ConnectServer>(CONNECT_SERVER)(to),
    }),
  )
  once<ConnectServer>(CONNECT_SERVER, () => (to) => connectServer(serverParts(ports, env), { name: 'rally', to }))
  once<HookInspection>(TOKENS.hookInspection, () =>
    createHookInspection({ env, hosts: get<Hosts>(TOKENS.hosts), version: config.version }),
  )
  return createRally(ports, env)
}

/** A connection to the configured server, for one command. */
type ConnectServer = (to?: string) => Promise<ServerConnection>
const CONNECT_SERVER = Symbol.for('rally:port/connect-server')
const TRANSPORT_PLUGINS = Symbol.for('rally:port/transport-plugins')

function serverParts({ get }: Ports, env: NodeJS.ProcessEnv): ServerParts {
  const [clock, ids] = [get<Clock>(TOKENS.clock), get<Ids>(TOKENS.ids)]
  return {
    configuration: get<ConfigurationPort>(TOKENS.configuration),
    plugins: get<TransportPlugins>(TRANSPORT_PLUGINS),
    api: createTransportApi({ clock, ids }),
    env,
  }
}

function createRally(ports: Ports, env: NodeJS.ProcessEnv): Rally {
  const { get } = ports
  const open: Transport[] = []

  const room = async (flags: { readonly workdir: string }): Promise<RoomContext> => {
    const context = await openContext(ports, resolve(flags.workdir))
    open.push(context.transport)
    return context
  }
  const cluesOf = (flags: SessionFlags, more: IdentityClues = {}): IdentityClues => ({
    sessionId: flags['session-id'],
    tool: flags.tool,
    model: flags.model,
    runId: flags['run-id'],
    cwd: resolve(flags.workdir),
    ...more,
  })

  /** Whoever has to say which session asks reads their names, not their ids. */
  const namingCandidates = async (context: RoomContext, error: unknown): Promise<unknown> => {
    const candidates =
      isRallyError(error) && error.code === 'SESSION_AMBIGUOUS' ? strings(error.details.candidates) : []
    if (candidates.length === 0) return error
    const names = (await candidatesOf(context, candidates)).map(({ name }) => name)
    return new RallyError('SESSION_AMBIGUOUS', { sessions: names.join(', '), candidates, names })
  }

  return {
    env,
    hostProcess: probeHostProcess,
    get clock() {
      return get<Clock>(TOKENS.clock)
    },
    get ids() {
      return get<Ids>(TOKENS.ids)
    },
    get discovery() {
      return get<ChannelDiscovery>(TOKENS.channelDiscovery)
    },
    get transports() {
      return get<Transports>(TOKENS.transports)
    },
    get localTransports() {
      return get<Transports>(TOKENS.localTransports)
    },
    connectServer: () => get<ConnectServer>(CONNECT_SERVER)(),
    async relayFiles() {
      const configuration = get<ConfigurationPort>(TOKENS.configuration)
      const { apps_root } = await configuration.read(undefined)
      const nonce = () => get<Ids>(TOKENS.ids).hex(16)
      return createRelayFiles({ appsRoot: appsRootOf(env, apps_root), env, configuration, nonce })
    },
    get identity() {
      return get<IdentityPort>(TOKENS.identity)
    },
    get configuration() {
      return get<ConfigurationPort>(TOKENS.configuration)
    },
    get hosts() {
      return get<Hosts>(TOKENS.hosts)
    },
    get hookInspection() {
      return get<HookInspection>(TOKENS.hookInspection)
    },
    get transportPlugins() {
      return get<TransportPlugins>(TRANSPORT_PLUGINS)
    },
    contributions: (token) => ports.all(token),
    refusedContributions: ports.refused,
    get runIdentity() {
      return runIdentityOf(ports)
    },
    room,
    async session(flags, clues): Promise<SessionContext> {
      const context = await room(flags)
      const identity = get<IdentityPort>(TOKENS.identity)
      try {
        return { ...context, session: await identity.resolve(cluesOf(flags, clues), lookupIn(context)) }
      } catch (error) {
        throw await namingCandidates(context, error)
      }
    },
    async roomAndMaybeSession(flags) {
      const context = await room(flags)
      const session = await get<IdentityPort>(TOKENS.identity).find(cluesOf(flags), lookupIn(context))
      return session ? { ...context, session } : context
    },
    async look(flags) {
      const context = await room(flags)
      try {
        const session = await get<IdentityPort>(TOKENS.identity).find(cluesOf(flags), lookupIn(context))
        return session ? { ...context, session } : context
      } catch (error) {
        if (!isRallyError(error) || error.code !== 'SESSION_AMBIGUOUS') throw error
        return { ...context, candidates: strings(error.details.candidates) }
      }
    },
    callers: ({ workdir, ...more }) =>
      findCallers(ports, { env, pid: process.pid, workdir: resolve(workdir), ...more }),
    async close() {
      await Promise.all(open.splice(0).map((transport) => transport.close()))
      await ports.close()
    },
  }
}
