import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isRallyError } from '@rally/core/errors'
import { errnoOf, reasonOfErrno } from '@rally/local/transport/files/errno'
import { createFileLock } from '@rally/local/transport/lock/file-lock'
import { type Check, type Finding, ok, problem } from '../check.js'

const LOCK = 'revision.lock'
/** Writers hold it for a fraction of a millisecond. */
const WAIT_MS = 500

/** Whether writers of this room get their lock: flock(2) works here, and nobody keeps it (a writer that was stopped, say). */
export const lockCheck: Check = {
  code: 'lock',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    const place = channel && join(channel.dir, LOCK)
    // Nobody has written yet; a doctor makes no files.
    if (!channel || !place || !statSync(place, { throwIfNoEntry: false })?.isFile()) return []
    const lock = createFileLock(channel.dir, LOCK, { waitMs: WAIT_MS })
    try {
      await lock.run(() => {})
      return [ok('lock', 'free, and flock works here', place)]
    } catch (error) {
      if (isRallyError(error)) return [error.code === 'BUSY' ? held(place) : unavailable(place, error.message)]
      return closedBy(place, error)
    } finally {
      lock.close()
    }
  },
}

function held(place: string): Finding {
  const pid = holderOf(place)
  const who = pid === undefined ? 'another process' : `process ${pid} (${nameOf(pid)})`
  const message = `${who} holds it: nobody else can write`
  const fix = pid === undefined ? `lsof ${place} names it` : `kill ${pid}, or kill -CONT ${pid} if it was stopped`
  return problem('lock', 'error', { message, place, fix })
}

/** The system does not let us open it. What holds for the whole folder, the check of the disk says. */
function closedBy(place: string, error: unknown): Finding[] {
  if (errnoOf(error) === 'EROFS') return []
  const message = `writers cannot open it: ${reasonOfErrno(error)}`
  return [problem('lock', 'error', { message, place, fix: `chmod u+rw ${place}` })]
}

function unavailable(place: string, message: string): Finding {
  return problem('lock', 'error', { message, place, fix: 'install util-linux (flock), or reinstall @rally/cli' })
}

/** From `/proc/locks`, by the number of the file, else whoever has it open; undefined where there is no such thing. */
function holderOf(place: string): number | undefined {
  try {
    const { ino } = statSync(place)
    const line = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .find((one) => one.includes('FLOCK') && !one.includes('->') && one.includes(`:${ino} `))
    const pid = Number(line?.trim().split(/\s+/)[4])
    // A lock outlives the process that took it in those that inherited the file.
    return existsSync(`/proc/${pid}`)
      ? pid
      : readdirSync('/proc')
          .map(Number)
          .find((one) => hasOpen(one, place))
  } catch {
    return undefined
  }
}

function hasOpen(pid: number, place: string): boolean {
  if (!Number.isSafeInteger(pid) || pid === process.pid) return false
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === place)
  } catch {
    return false
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'gone meanwhile'
  }
}
