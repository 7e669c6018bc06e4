import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { isRallyError } from '@rally/core/errors'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { CoordinationPort } from '@rally/core/ports/coordination'
import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { Hosts } from '@rally/core/ports/host'
import type { IdentityClues, IdentityPort, SessionLookup } from '@rally/core/ports/identity'
import type { ProducerMetadata } from '@rally/core/ports/producer'
import type { RepositoryPort } from '@rally/core/ports/repository'
import type { RunIdentityPort, RunIdentityTools } from '@rally/core/ports/run-identity'
import type { Transport, Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { strings } from '@rally/core/readers'
import { listPeers } from '@rally/core/rules/presence/active-peers'
import { TOKENS } from '@rally/core/tokens'
import type { RoomContext, SessionContext } from '@rally/core/usecases/context'
import { findSession } from '@rally/core/usecases/roster/find-session'
import { createActivity } from '@rally/local/channel-files/activity'
import { createConfiguration } from '@rally/local/configuration/create-configuration'
import { appsRootOf } from '@rally/local/discovery/apps-root'
import { createChannelDiscovery } from '@rally/local/discovery/channel-discovery'
import { ensureOpenChannel } from '@rally/local/discovery/ensure-channel'
import { createIdentity } from '@rally/local/identity/create-identity'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import { createRepository } from '@rally/local/repository/create-repository'
import { runGitNow } from '@rally/local/repository/run-git'
import { createIds } from '@rally/local/system/random-ids'
import { createFileTransport } from '@rally/local/transport/create-file-transport'
import { type DependencyContainer, instanceCachingFactory, container as parent } from 'tsyringe'
import type { SessionFlags } from './flags.js'
import { createHookInspection } from './installing/create-hook-inspection.js'
import { createHosts } from './plugins/found-hosts.js'
import { createTransportPlugins } from './plugins/found-transports.js'
import { loadPort } from './plugins/load-port.js'
import type { ComposeOptions, Rally } from './rally.js'
import { connectServer, type ServerParts } from './relay/connect-server.js'
import { createRelayFiles, readRelayRoom } from './relay/relay-files.js'
import { relayedTransports } from './relay/relayed-transports.js'
import { createTransportApi } from './relay/transport-api.js'

/** The only place where objects are wired: every port by its token, made when it is first asked for. */
export function compose({ config, env }: ComposeOptions): Rally {
  const container = parent.createChildContainer()
  const once = <T>(token: symbol, make: (c: DependencyContainer) => T) =>
    container.register(token, { useFactory: instanceCachingFactory(make) })
  const plugins = () => config.plugins.values()

  once<Clock>(TOKENS.clock, () => ({ now: () => Date.now() / 1000 }))
  once<Ids>(TOKENS.ids, createIds)
  once<ProducerMetadata>(TOKENS.producer, () => ({
    producer_name: 'rally',
    producer_version: config.version,
    producer_commit_sha: null,
    producer_runtime_path: config.root,
    producer_runtime_surface: 'installed-package',
    producer_protocol_version: '1.0',
  }))
  once<ConfigurationPort>(TOKENS.configuration, () => createConfiguration({ env }))
  once<ChannelDiscovery>(TOKENS.channelDiscovery, (c) =>
    createChannelDiscovery({
      env,
      appsRoot: async () => (await c.resolve<ConfigurationPort>(TOKENS.configuration).read(undefined)).apps_root,
    }),
  )
  once<Transports>(LOCAL_TRANSPORTS, (c) => ({
    async open(channel) {
      const configuration = c.resolve<ConfigurationPort>(TOKENS.configuration)
      const { durability } = await configuration.read(channel.worktree ?? channel.repoRoot ?? undefined)
      const [clock, ids] = [c.resolve<Clock>(TOKENS.clock), c.resolve<Ids>(TOKENS.ids)]
      return createFileTransport({ channel, env, clock, ids, durability, ensureChannel: ensureOpenChannel })
    },
  }))
  once<Transports>(TOKENS.transports, (c) =>
    relayedTransports(c.resolve<Transports>(LOCAL_TRANSPORTS), {
      readRoom: async (channel) => readRelayRoom(channel),
      connect: (to) => c.resolve<ConnectServer>(CONNECT_SERVER)(to),
    }),
  )
  once<ConnectServer>(CONNECT_SERVER, (c) => (to) => connectServer(serverParts(c, config, env), { name: 'rally', to }))
  once<RepositoryPort>(TOKENS.repository, () => createRepository({ env }))
  once<Hosts>(TOKENS.hosts, () => createHosts({ plugins: plugins(), root: config.root, pjson: config.pjson }))
  once<IdentityPort>(TOKENS.identity, (c) =>
    createIdentity({
      env,
      cwd: process.cwd(),
      machine: hostname(),
      pid: process.pid,
      hosts: async () => (await c.resolve<Hosts>(TOKENS.hosts).list()).flatMap(({ adapter }) => adapter ?? []),
      now: () => c.resolve<Clock>(TOKENS.clock).now(),
      liveSessions: (tool, cwd) => findLiveSessions(c, tool, cwd),
    }),
  )
  once<RunIdentityPort | undefined>(TOKENS.runIdentity, () =>
    loadPort<RunIdentityPort>(plugins(), 'runIdentity', {
      git: (args, cwd) => runGitNow(args, { cwd, env }),
    } satisfies RunIdentityTools),
  )
  once<CoordinationPort | undefined>(TOKENS.coordination, () => loadPort<CoordinationPort>(plugins(), 'coordination'))
  once<HookInspection>(TOKENS.hookInspection, (c) =>
    createHookInspection({
      env,
      hosts: c.resolve<Hosts>(TOKENS.hosts),
    }),
  )

  return createRally(container, env)
}

/** Rooms of this machine as files, for the relay itself; all others get them with leases that the server decides. */
const LOCAL_TRANSPORTS = Symbol.for('rally:port/local-transports')

/** A connection to the configured server, for one command. */
type ConnectServer = (to?: string) => Promise<ServerConnection>
const CONNECT_SERVER = Symbol.for('rally:port/connect-server')

function serverParts(c: DependencyContainer, config: ComposeOptions['config'], env: NodeJS.ProcessEnv): ServerParts {
  const [clock, ids] = [c.resolve<Clock>(TOKENS.clock), c.resolve<Ids>(TOKENS.ids)]
  return {
    configuration: c.resolve<ConfigurationPort>(TOKENS.configuration),
    plugins: createTransportPlugins(config.plugins.values()),
    api: createTransportApi({ clock, ids }),
    env,
  }
}

/** Live sessions of a tool in the working tree of a folder. */
async function findLiveSessions(c: DependencyContainer, tool: string, cwd: string): Promise<readonly string[]> {
  const channel = await c.resolve<ChannelDiscovery>(TOKENS.channelDiscovery).resolve(cwd)
  const transport = await c.resolve<Transports>(TOKENS.transports).open(channel)
  try {
    const now = c.resolve<Clock>(TOKENS.clock).now()
    const here = `${channel.worktree ?? cwd}/`
    return listPeers(await transport.sessions.list(), { now, hostProcess: probeHostProcess })
      .filter((presence) => presence.tool === tool && `${presence.cwd ?? ''}/`.startsWith(here))
      .map((presence) => presence.session_id)
  } finally {
    await transport.close()
  }
}

function createRally(container: DependencyContainer, env: NodeJS.ProcessEnv): Rally {
  const get = <T>(token: symbol): T => container.resolve<T>(token)
  const open: Transport[] = []

  const room = async (flags: { readonly workdir: string }): Promise<RoomContext> => {
    const workdir = resolve(flags.workdir)
    const channel = await get<ChannelDiscovery>(TOKENS.channelDiscovery).resolve(workdir)
    const transport = await get<Transports>(TOKENS.transports).open(channel)
    open.push(transport)
    return {
      channel,
      workdir,
      transport,
      clock: get<Clock>(TOKENS.clock),
      ids: get<Ids>(TOKENS.ids),
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      producer: get<ProducerMetadata>(TOKENS.producer),
      repository: get<RepositoryPort>(TOKENS.repository),
      runIdentity: get<RunIdentityPort | undefined>(TOKENS.runIdentity),
      coordination: get<CoordinationPort | undefined>(TOKENS.coordination),
      hostWords: async () => (await get<Hosts>(TOKENS.hosts).list()).flatMap(({ adapter }) => adapter ?? []),
      hostProcess: probeHostProcess,
      activity: createActivity(channel.dir),
    }
  }
  const lookupIn =
    ({ transport }: RoomContext): SessionLookup =>
    (word) =>
      findSession(transport, word)
  const cluesOf = (flags: SessionFlags, more: IdentityClues = {}): IdentityClues => ({
    sessionId: flags['session-id'],
    tool: flags.tool,
    model: flags.model,
    runId: flags['run-id'],
    cwd: resolve(flags.workdir),
    ...more,
  })

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
      return get<Transports>(LOCAL_TRANSPORTS)
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
    get runIdentity() {
      return get<RunIdentityPort | undefined>(TOKENS.runIdentity)
    },
    room,
    async session(flags, clues): Promise<SessionContext> {
      const context = await room(flags)
      const identity = get<IdentityPort>(TOKENS.identity)
      return { ...context, session: await identity.resolve(cluesOf(flags, clues), lookupIn(context)) }
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
    async close() {
      await Promise.all(open.splice(0).map((transport) => transport.close()))
      await container.dispose()
    },
  }
}
