import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import type { IdentityClues, IdentityPort } from '@rally/core/ports/identity'
import type { ProducerMetadata } from '@rally/core/ports/producer'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import { obj, str } from '@rally/core/readers'
import { TOKENS } from '@rally/core/tokens'
import type { SessionContext } from '@rally/core/usecases/context'
import type { HostIdentifier } from './identity/host-clues.js'
import { findMachinePlugins, type InstalledPlugins } from './plugins/installed-plugins.js'
import type { Env } from './system/user-dirs.js'

/** What differs from what the command line would find. */
export interface OpenRoomOptions {
  /** Instead of the environment of this process: where rooms are (`AGENT_RALLY_APPS_ROOT`), who asks (`RALLY_SESSION_ID` …). */
  readonly env?: Env
  /** The program that writes; what is not given stays as it is for this library. */
  readonly producer?: Partial<ProducerMetadata>
  /** Where the durable run of a folder is read from, instead of what plugins of this machine's rally supply. */
  readonly runIdentity?: RunIdentityPort
  /** Host adapters (`identify` is all that is used) to tell who acts, instead of those of this machine's rally. */
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
 * Opens the room of a working directory for one session. What `who` leaves out is found as the command line finds it, with the
 * same wiring and the plugins of the `rally` on PATH: `RALLY_*` variables, then what the hosts make of the environment, then
 * the session that a hook registered for an ancestor process, then the person: the same author for the same clues. Creates nothing until something is
 * written. Throws RallyError NOT_A_REPOSITORY, WORKDIR_MISSING, CHANNEL_UNAVAILABLE, CONFIG_INVALID,
 * SESSION_UNKNOWN, UNSAFE_ID.
 */
export async function openRoom(workdir: string, who: IdentityClues, options: OpenRoomOptions = {}): Promise<OpenRoom> {
  const env = options.env ?? process.env
  const folder = resolve(workdir)
  // The container is loaded when a room is opened, not with this library.
  const [{ composePorts }, { lookupIn, openContext }] = await Promise.all([
    import('./composition/compose-ports.js'),
    import('./composition/open-context.js'),
  ])
  let plugins: InstalledPlugins | undefined
  const ports = composePorts({
    env,
    cwd: folder,
    plugins: () => {
      plugins ??= findMachinePlugins(env)
      return plugins
    },
    producer: { ...describeLibrary(), ...options.producer },
    durability: options.durability,
    hosts: options.hosts,
  })
  const context = await openContext(ports, folder)
  const close = async () => {
    await context.transport.close()
    await ports.close()
  }
  try {
    const session = await ports.get<IdentityPort>(TOKENS.identity).resolve(who, lookupIn(context))
    const { runIdentity = context.runIdentity } = options
    return Object.freeze({ ...context, runIdentity, session, close } satisfies OpenRoom)
  } catch (error) {
    await close()
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
