import { join } from 'node:path'
import type { Moment } from '@rally/core/model/moment'
import { IN_FLIGHT_SECS } from '@rally/core/moments'
import { PRESENCE_REFRESH_SECS } from '@rally/core/moments/presence-plan'
import type { HostAdapter } from '@rally/core/ports/host'
import { type JsonObject, num } from '@rally/core/readers'
import { CLAIMS_FOLDER } from '@rally/local/channel-files/claim-log'
import { boxesOf } from '@rally/local/channel-files/inbox-page'
import { IN_FLIGHT_FOLDER, inFlightFiles } from '@rally/local/channel-files/inflight-log'
import { NOTICES, NOTICES_FOLDER } from '@rally/local/channel-files/notices'
import type { NotedCall, SeenNote } from '@rally/local/hook-files/quiet-note'
import { statIfThere } from '@rally/local/system/facts'
import { configDir, type Env } from '@rally/local/system/user-dirs'
import type { Claimed } from './edit.js'
import type { Session } from './session.js'
import { traceCall } from './trace-call.js'

// When an edit that was quiet is quiet again without a look around. Nobody else names its files, and time alone changes
// nothing of that: what others have in flight can only run out. So it takes a change of a file, or something of the session's
// own that falls due.

/**
 * The files by which an edit that nobody else's work touches can stop being quiet: somebody announces or claims a file
 * (presence records are replaced, which changes their folder), writes a message, blocks the room, or moves all rooms elsewhere. Not among them
 * is what can only keep a hook silent (switches), what speaks of this session alone, and the way from a path to its
 * repository, which for the half minute that an answer stands is taken to be as it was.
 */
export function dependencies({ self, root }: Session, env: Env): string[] {
  return [
    join(configDir(env), 'config.json'),
    `${root}/sessions`,
    `${root}/${IN_FLIGHT_FOLDER}`,
    ...inFlightFiles(root)
      .filter((name) => name !== `${self.sessionId}.jsonl`)
      .map((name) => `${root}/${IN_FLIGHT_FOLDER}/${name}`),
    `${root}/${CLAIMS_FOLDER}`,
    ...filesIn(
      `${root}/inbox`,
      boxesOf(self.tool).map(({ box }) => `${box}.jsonl`),
    ),
    ...filesIn(`${root}/${NOTICES_FOLDER}`, [NOTICES]),
  ]
}

/** Files that are there, and the folder for those that are not: it changes when one comes. */
function filesIn(folder: string, names: readonly string[]): string[] {
  const files = names.map((name) => `${folder}/${name}`)
  const found = files.filter((file) => statIfThere(file) !== undefined)
  return found.length === files.length ? files : [folder, ...found]
}

export interface QuietSession {
  /** The session's presence record, which needed no writing. */
  readonly stored: JsonObject | undefined
  /** All that it has in flight, and until when the announcements of the edited files need no repeating. */
  readonly claimed: Claimed
}

/** Until when (epoch seconds) nothing of the session's own falls due: announcement, presence, a file that runs out. */
export function quietUntil({ stored, claimed }: QuietSession): number {
  return Math.min(
    claimed.until,
    (num(stored?.last_seen) ?? 0) + PRESENCE_REFRESH_SECS,
    ...claimed.own.map(({ last }) => last + IN_FLIGHT_SECS),
  )
}

/** A call that the host may make again. */
export interface QuietCall {
  readonly adapter: Pick<HostAdapter, 'parse' | 'render'>
  readonly payload: JsonObject
  /** What the starter saw of the session's note, if there was one. */
  readonly seen?: SeenNote | undefined
}

/** What a note says of a call. */
export function notedCall({ adapter, payload }: QuietCall, moment: Moment, env: Env): NotedCall | undefined {
  const { event } = moment
  const text = JSON.stringify(moment)
  const traced = traceCall(adapter, { event, payload, env })
  if (traced?.moment !== text) return undefined
  return { event, moment: text, reads: traced.reads, stdout: adapter.render(moment, {}).stdout }
}
