import type { Channel } from '@rally/core/model/channel'
import type { StatusInput } from '@rally/core/usecases/status/status-input'
import type { Rally } from './rally.js'

/** Who may see first lines of prompts (`picture.prompts`). A configuration that cannot be read shows them to nobody. */
export async function readPrompts(
  rally: Rally,
  { worktree, repoRoot }: Pick<Channel, 'worktree' | 'repoRoot'>,
): Promise<StatusInput['prompts']> {
  try {
    return (await rally.configuration.read(worktree ?? repoRoot ?? undefined)).picture?.prompts
  } catch {
    return 'off'
  }
}
