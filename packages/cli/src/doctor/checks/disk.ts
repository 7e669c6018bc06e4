import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Check, type Finding, ok, problem } from '../check.js'

/** Below this many bytes a busy channel may soon refuse writes. */
const LOW_SPACE = 50 * 1024 * 1024

/** The nearest folder that exists. */
function existingFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingFolder(dirname(path))
}

function checkFolder(path: string): Finding[] {
  const folder = existingFolder(path)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch {
    return [
      problem('disk', 'error', {
        message: 'the folder of the channels cannot be written',
        place: folder,
        fix: `chmod u+rwx ${folder}`,
      }),
    ]
  }
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const megabytes = Math.round(free / 1024 / 1024)
  if (free < LOW_SPACE)
    return [
      problem('disk', 'warning', { message: `only ${megabytes} MB are free`, place: folder, fix: 'free some space' }),
    ]
  return [ok('disk', `${megabytes} MB free`, folder)]
}

/** Space and permissions where channels live. */
export const diskCheck: Check = {
  code: 'disk',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    const listed = channel ?? (await rally.discovery.list())[0]
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
    }
    return findings
  },
}
