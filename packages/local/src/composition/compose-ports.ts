import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { Hosts } from '@rally/core/ports/host'
import type { IdentityPort } from '@rally/core/ports/identity'
import type { Machine } from '@rally/core/ports/machine'
import type { ProducerMetadata } from '@rally/core/ports/producer'
import type { RepositoryPort } from '@rally/core/ports/repository'
import type { Transports } from '@rally/core/ports/transport'
import { TOKENS } from '@rally/core/tokens'
import { createConfiguration } from '../configuration/create-configuration.js'
import { createChannelDiscovery } from '../discovery/channel-discovery.js'
import { ensureOpenChannel } from '../discovery/ensure-channel.js'
import { createIdentity } from '../identity/create-identity.js'
import type { HostIdentifier } from '../identity/host-clues.js'
import { createMachine } from '../identity/machine-id.js'
import { contributingPlugins } from '../plugins/contributing-plugins.js'
import { createHosts } from '../plugins/found-hosts.js'
import type { InstalledPlugins } from '../plugins/installed-plugins.js'
import { createRepository } from '../repository/create-repository.js'
import { runGitNow } from '../repository/run-git.js'
import { createDoorbell } from '../ringing/create-doorbell.js'
import { createIds } from '../system/random-ids.js'
import type { Env } from '../system/user-dirs.js'
import { createFileTransport } from '../transport/create-file-transport.js'
import { collectContributions } from './collect-contributions.js'
import { findLiveSessions } from './live-sessions.js'
import { createPorts, type Ports } from './ports.js'

export interface ComposePortsOptions {
  readonly env: Env
  /** The folder that is asked from, absolute. */
  readonly cwd: string
  /** The plugins that count; read when they are first needed. */
  readonly plugins: () => InstalledPlugins
  /** The program that writes. */
  readonly producer: ProducerMetadata
  /** Instead of the hosts of these plugins, where it is asked who acts. */
  readonly hosts?: (() => Promise<readonly HostIdentifier[]>) | undefined
  /** Instead of what the configuration says. */
  readonly durability?: 'fast' | 'synced' | undefined
}

/**
 * The one place where ports are wired: for the command line and for `openRoom`, so that both find the same room, the same
 * author and the same plugins. Nothing is made or read before it is asked for.
 */
export function composePorts({ env, cwd, plugins, producer, durability, hosts }: ComposePortsOptions): Ports {
  const ports = createPorts({
    collect: () => collectContributions(contributingPlugins(plugins().plugins)),
    tools: { git: (args, folder) => runGitNow(args, { cwd: folder, env: ofFolder(folder, env) }) },
  })
  const { once, get } = ports
  const configuration = () => get<ConfigurationPort>(TOKENS.configuration)

  once<Clock>(TOKENS.clock, () => ({ now: () => Date.now() / 1000 }))
  once<Ids>(TOKENS.ids, createIds)
  once<Machine>(TOKENS.machine, () => createMachine(env))
  once<ProducerMetadata>(TOKENS.producer, () => producer)
  once<ConfigurationPort>(TOKENS.configuration, () => createConfiguration({ env }))
  once<ChannelDiscovery>(TOKENS.channelDiscovery, () =>
    createChannelDiscovery({ env, appsRoot: async () => (await configuration().read(undefined)).apps_root }),
  )
  once<Transports>(TOKENS.localTransports, () => ({
    async open(channel) {
      const said = await configuration().read(channel.worktree ?? channel.repoRoot ?? undefined)
      const [clock, ids] = [get<Clock>(TOKENS.clock), get<Ids>(TOKENS.ids)]
      const safety = durability ?? said.durability
      return createFileTransport({ channel, env, clock, ids, durability: safety, ensureChannel: ensureOpenChannel })
    },
  }))
  once<Transports>(TOKENS.transports, () => get<Transports>(TOKENS.localTransports))
  once(TOKENS.doorbells, () => (root: string) => createDoorbell(root, env))
  once<RepositoryPort>(TOKENS.repository, () => createRepository({ env }))
  once<Hosts>(TOKENS.hosts, () => createHosts(plugins()))
  once<IdentityPort>(TOKENS.identity, () =>
    createIdentity({
      env,
      cwd,
      machine: hostname(),
      pid: process.pid,
      hosts: hosts ?? (async () => (await get<Hosts>(TOKENS.hosts).list()).flatMap(({ adapter }) => adapter ?? [])),
      now: () => get<Clock>(TOKENS.clock).now(),
      liveSessions: (tool, folder) => findLiveSessions(ports, tool, folder),
    }),
  )
  return ports
}

/** What speaks of another repository does not count in a folder that says by itself which one it belongs to. */
function ofFolder(folder: string, env: Env): Env {
  if (!existsSync(join(folder, '.git'))) return env
  return { ...env, GIT_DIR: undefined, GIT_COMMON_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined }
}
