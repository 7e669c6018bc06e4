import { RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Env } from '../system/user-dirs.js'
import { appsRootOf } from './apps-root.js'
import { askGitForLayout } from './ask-git.js'
import { askExternalResolver, externalResolver } from './external-resolver.js'
import { listChannelsSync } from './list-channels.js'
import { channelOf, realWorkdir, requireLayout, resolveChannelSync } from './resolve-channel.js'

/** Where rooms are looked for. */
export interface ChannelDiscoveryOptions {
  readonly env: Env
  /** `apps_root` of the user's configuration file, read when the first channel is asked for; the environment wins. */
  readonly appsRoot?: () => Promise<string | undefined>
}

/**
 * Channel discovery on this machine. Files decide; a git process runs only where they may not be read, and the program of
 * `AGENT_RALLY_DISCOVER` only where the user named one (hooks never run it).
 */
export function createChannelDiscovery({ env, appsRoot }: ChannelDiscoveryOptions): ChannelDiscovery {
  const root = async () =>
    env.AGENT_RALLY_APPS_ROOT || env.BUILD_LOOP_APPS_ROOT || !appsRoot ? undefined : await appsRoot()

  return Object.freeze({
    async resolve(workdir, { evenUnavailable = false } = {}) {
      const embedded = await resolveEmbedded(workdir, env, await root())
      const program = externalResolver(env)
      if (program === undefined) return embedded
      const answer = await askExternalResolver(program, embedded, env)
      if ('failure' in answer) {
        return {
          ...embedded,
          resolvedViaDetail: `${embedded.resolvedViaDetail} (AGENT_RALLY_DISCOVER: ${answer.failure})`,
        }
      }
      if (answer.coordinationUnavailable && !evenUnavailable) {
        throw new RallyError('CHANNEL_UNAVAILABLE', {
          version: answer.protocolVersion,
          coordination_unavailable: answer.coordinationUnavailable,
        })
      }
      return answer
    },
    async list() {
      return listChannelsSync(appsRootOf(env, await root()))
    },
  } satisfies ChannelDiscovery)
}

async function resolveEmbedded(workdir: string, env: Env, appsRoot: string | undefined): Promise<Channel> {
  try {
    return resolveChannelSync(workdir, env, { appsRoot })
  } catch (error) {
    // A cause means that the files could not be read, rather than that they say no.
    if (!(error instanceof RallyError) || error.code !== 'NOT_A_REPOSITORY' || error.cause === undefined) throw error
    const layout = requireLayout(await askGitForLayout(realWorkdir(workdir), env), workdir)
    return channelOf(layout, env, { appsRoot })
  }
}
