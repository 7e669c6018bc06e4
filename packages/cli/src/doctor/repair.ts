import { chmodSync, statSync } from 'node:fs'
import { removeLeftovers } from '@rally/local/transport/files/leftovers'
import { plural } from '../views/text/lines.js'
import { type CheckContext, type Finding, ok } from './check.js'
import { forgetCrashes } from './checks/hook-crashes.js'

/**
 * What `--fix` does: only what loses nothing and that nobody could want otherwise. The folder of the channel is closed to other
 * users of this machine, and temporary files of writers that died are removed, as are traces of hooks that crashed.
 */
export async function repair({ rally, flags }: CheckContext): Promise<readonly Finding[]> {
  const crashes = forgetCrashes(rally.env, rally.clock.now() * 1000)
  const forgotten =
    crashes > 0 ? [ok('fixed', `removed the traces of ${plural(crashes, 'hook call')} and the compiled code`)] : []
  const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
  if (channel === undefined) return forgotten
  const removed = removeLeftovers(channel.dir, rally.clock.now() * 1000)
  return [
    ...forgotten,
    ...(closeFolder(channel.dir)
      ? [ok('fixed', 'closed to other users of this machine (mode 0700)', channel.dir)]
      : []),
    ...(removed.length > 0
      ? [ok('fixed', `removed ${plural(removed.length, 'temporary file')} of writers that died`, channel.dir)]
      : []),
  ]
}

/** True when it was open and is closed now. */
function closeFolder(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false })
  const isOurs = process.getuid === undefined || stats?.uid === process.getuid()
  if (!stats?.isDirectory() || !isOurs || (stats.mode & 0o777) === 0o700) return false
  try {
    chmodSync(folder, 0o700)
    return true
  } catch {
    // The check that follows says what is wrong.
    return false
  }
}
