import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { IdentityClues } from '@rally/core/ports/identity'
import type { ProducerMetadata } from '@rally/core/ports/producer'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import type { Transport } from '@rally/core/ports/transport'
import { obj, str } from '@rally/core/readers'
import type { SessionContext } from '@rally/core/usecases/context'
import { findSession } from '@rally/core/usecases/roster/find-session'
import { createActivity } from './channel-files/activity.js'
import { createConfiguration } from './configuration/create-configuration.js'
import { createChannelDiscovery } from './discovery/channel-discovery.js'
import { ensureOpenChannel } from './discovery/ensure-channel.js'
import { createIdentity } from './identity/create-identity.js'
import type { HostIdentifier } from './identity/host-clues.js'
import { probeHostProcess } from './identity/host-probe.js'
import { createRepository } from './repository/create-repository.js'
import { createIds } from './system/random-ids.js'
import type { Env } from './system/user-dirs.js'
import { createTransports } from './transport/create-file-transport.js'

export interface OpenRoomOptions {
  /** Instead of the environment of this process: where rooms are (`AGENT_RALLY_APPS_ROOT`), who asks (`RALLY_SESSION_ID` …). */
  readonly env?: Env
  /** The program that writes; what is not given stays as it is for this library. */
  readonly producer?: Partial<ProducerMetadata>
  /** Where the durable run of a folder is read from, if anywhere. */
  readonly runIdentity?: RunIdentityPort
  /**
   * Host adapters (`identify` is all that is used), for a program that may run in a host's shell where no hook has run.
   * Without them such a shell is known by its hooks alone, and else taken for the person's.
   */
  readonly hosts?: () => Promise<readonly HostIdentifier[]>
  /** Instead of what the configuration says. `synced`: a write that returned survives a power cut; `fast`: a crash of the process. */
  readonly durability?: 'fast' | 'synced'
}

/** A room of this machine and who acts in it; hand it to the operations of `@rally/core`. */
export interface OpenRoom extends SessionContext {
  /** Releases file handles. Afterwards every operation fails with CHANNEL_UNUSABLE. */
  close(): Promise<void>
}

/**
 * Opens the room of a working directory for one session. What `who` leaves out is found as the command line finds it:
 * `RALLY_*` variables, then hosts, then the session that a hook registered for an ancestor process, then the person: the same
 * author as the command line for the same clues. Creates nothing until something is written. Throws RallyError NOT_A_REPOSITORY, WORKDIR_MISSING, CHANNEL_UNAVAILABLE, CONFIG_INVALID,
 * SESSION_UNKNOWN, UNSAFE_ID.
 */
export async function openRoom(workdir: string, who: IdentityClues, options: OpenRoomOptions = {}): Promise<OpenRoom> {
  const env = options.env ?? process.env
  const folder = resolve(workdir)
  const clock = { now: () => Date.now() / 1000 }
  const ids = createIds()
  const configuration = createConfiguration({ env })
  const appsRoot = async () => (await configuration.read(undefined)).apps_root
  const channel = await createChannelDiscovery({ env, appsRoot }).resolve(folder)
  const transport = await createTransports({
    env,
    clock,
    ids,
    durability: options.durability ?? (await configuration.read(channel.worktree ?? undefined)).durability,
    ensureChannel: ensureOpenChannel,
  }).open(channel)
  const hosts = options.hosts ?? (async () => [])
  const identity = createIdentity({ env, cwd: folder, machine: hostname(), pid: process.pid, hosts, now: clock.now })
  const session = await closeOnFailure(transport, () => identity.resolve(who, (word) => findSession(transport, word)))
  return Object.freeze({
    channel,
    workdir: folder,
    transport,
    clock,
    ids,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    producer: { ...describeLibrary(), ...options.producer },
    repository: createRepository({ env }),
    runIdentity: options.runIdentity,
    hostProcess: probeHostProcess,
    activity: createActivity(channel.dir),
    session,
    close: () => transport.close(),
  } satisfies OpenRoom)
}

async function closeOnFailure<Value>(transport: Transport, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action()
  } catch (error) {
    await transport.close()
    throw error
  }
}

/** This library as the writing program. */
function describeLibrary(): ProducerMetadata {
  // By its own name: this module lies deeper in what is published.
  const file = createRequire(import.meta.url).resolve('@rally/local/package.json')
  const manifest = obj(createRequire(file)(file))
  return {
    producer_name: 'rally',
    producer_version: str(manifest.version, 'unknown'),
    producer_commit_sha: null,
    producer_runtime_path: dirname(file),
    producer_runtime_surface: 'installed-package',
    producer_protocol_version: '1.0',
  }
}
