import type { RoomContext } from '@rally/core/usecases/context'
import type { StatusInput } from '@rally/core/usecases/status/status-input'
import { saysQuieter } from './installing/repository-says.js'
import { findSilence } from './installing/silenced.js'
import { readPrompts } from './prompts-setting.js'
import type { Rally } from './rally.js'
import { type RelayState, readRelayState } from './relay/relay-state.js'

/** What stands beside a room and bears on how it is judged and shown. */
export interface BesideRoom {
  readonly judged: Pick<StatusInput, 'hooks' | 'prompts'>
  readonly shown: {
    readonly relay: RelayState | null
    /** Why no hook of rally does anything here, with what undoes it. */
    readonly silence: string | undefined
    /** What the repository's own file takes away. */
    readonly quieter: readonly string[]
  }
}

/** Reads the hosts' files, the configuration and how the relay is. */
export async function readBesideRoom(rally: Rally, ctx: RoomContext): Promise<BesideRoom> {
  const { repoRoot, worktree } = ctx.channel
  const folder = worktree ?? repoRoot ?? ctx.workdir
  const hooks = await rally.hookInspection.inspect(folder)
  return {
    judged: { hooks, prompts: await readPrompts(rally, ctx.channel) },
    shown: {
      relay: await readRelayState(rally, ctx.channel),
      silence: findSilence(rally.env, folder)?.reason,
      quieter: saysQuieter(rally.env, folder),
    },
  }
}
