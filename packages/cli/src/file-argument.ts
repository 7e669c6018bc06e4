import { RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import { claimPattern } from '@rally/core/rules/claim/claim-pattern'

/**
 * A file, folder or glob as somebody names it in the folder that is asked from, relative to the top of the working tree. Throws
 * USAGE for what leads out of it.
 */
export function readFileArgument(
  named: string,
  { workdir, channel }: { readonly workdir: string; readonly channel: Pick<Channel, 'worktree' | 'repoRoot'> },
): string {
  const worktree = channel.worktree ?? channel.repoRoot ?? workdir
  const read = claimPattern(named, { workdir, worktree })
  if (!('refusal' in read)) return read.pattern
  throw new RallyError('USAGE', {
    message: `${JSON.stringify(named.slice(0, 80))} is no file of this working tree: ${read.refusal}`,
    hint: 'name files as src/cart.js, src/ or "src/**"',
  })
}
