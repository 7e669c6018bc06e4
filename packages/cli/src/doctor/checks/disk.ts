import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from '@rally/local/transport/files/errno'
import { type Check, type Finding, ok, problem } from '../check.js'

/** Below this many bytes a busy channel may soon refuse writes; below the other it refuses them. */
const LOW_SPACE = 50 * 1024 * 1024
const NO_SPACE = 64 * 1024

/** The nearest folder that exists. */
function existingFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingFolder(dirname(path))
}

function checkFolder(path: string): Finding[] {
  const folder = existingFolder(path)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const isReadOnly = errnoOf(error) === 'EROFS'
    const message = isReadOnly ? 'the file system is read-only' : 'the folder of the channels cannot be written'
    const fix = isReadOnly ? 'mount it for writing, or set AGENT_RALLY_APPS_ROOT' : `chmod u+rwx ${folder}`
    return [problem('disk', 'error', { message, place: folder, fix })]
  }
  const { bavail, bsize, files, ffree } = statfsSync(folder)
  const free = bavail * bsize
  const megabytes = Math.round(free / 1024 / 1024)
  const fix = 'free some space'
  // Some file systems count no files.
  if (files > 0 && ffree === 0)
    return [problem('disk', 'error', { message: 'no more files can be made', place: folder, fix })]
  if (free < NO_SPACE)
    return [problem('disk', 'error', { message: 'the disk is full: writes are refused', place: folder, fix })]
  if (free < LOW_SPACE)
    return [problem('disk', 'warning', { message: `only ${megabytes} MB are free`, place: folder, fix })]
  return [ok('disk', `${megabytes} MB free`, folder)]
}

/** Space and permissions where channels live. */
export const diskCheck: Check = {
  code: 'disk',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    const listed = channel ?? (await rally.discovery.list().catch(() => []))[0]
    if (!listed) return [ok('disk', 'there is no channel yet')]
    const findings = checkFolder(listed.dir)
    if (!existsSync(listed.dir)) return findings
    const { mode, uid } = statSync(listed.dir)
    if (process.getuid && uid !== process.getuid()) {
      const fix = 'choose another AGENT_RALLY_APPS_ROOT, or give the folder back to yourself'
      findings.push(
        problem('permissions', 'error', { message: 'the channel belongs to another user', place: listed.dir, fix }),
      )
    } else if ((mode & 0o077) !== 0) {
      const fix = `chmod 700 ${listed.dir}`
      findings.push(
        problem('permissions', 'info', {
          message: 'other users of this machine can look into the channel',
          place: listed.dir,
          fix,
        }),
      )
    } else findings.push(ok('permissions', 'yours, and closed to other users', listed.dir))
    return findings
  },
}
