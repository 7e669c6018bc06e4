import fs from 'node:fs'
import type { Moment } from '@rally/core/model/moment'
import type { Presence } from '@rally/core/model/presence'
import type { HostProcess } from '@rally/core/moments'
import { int, type JsonObject, num, text } from '@rally/core/readers'
import { isLive, recordedProcess } from '@rally/core/rules/presence/life'
import { lifeTimes } from '@rally/local/channel-files/life-times'
import { listPresence, readPresence } from '@rally/local/channel-files/presence-records'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import { presenceName, replacePresence, writtenAt } from '@rally/local/transport/sessions/presence-file'

/** So many processes may have one conversation open; the next one writes under the last name. */
const MOST_WRITERS = 9

/** Under which id a process writes that has a conversation open. */
export interface Writer {
  readonly sessionId: string
  /** Its record. */
  readonly stored: JsonObject | undefined
  /** The conversation is open in more than one process, or was. */
  readonly isShared: boolean
}

export interface WriterQuestion {
  readonly root: string
  readonly moment: Pick<Moment, 'name' | 'sessionId' | 'hostPid'>
  /** Asked only when it matters. */
  readonly hostProcess: () => HostProcess | null | undefined
  readonly now: number
}

/**
 * A conversation may be open in two processes (resumed, continued): those are two writers. The first writes under the
 * conversation's id, the others under `<id>.2`, `<id>.3` …, each as long as it lives. Only the start of a session makes a
 * process another writer, or a host that names a process of its own: hooks of one process may reach rally on several ways.
 */
export function findWriter(question: WriterQuestion): Writer {
  const { root, moment, now } = question
  const { sessionId } = moment
  const first: Writer = { sessionId, stored: readPresence(root, sessionId), isShared: false }
  const recorded = processOf(first.stored)
  const writers = num(first.stored?.writers) ?? 1
  const namesOther = moment.hostPid !== undefined && recorded !== undefined && moment.hostPid !== recorded.pid
  const begins = moment.name === 'session-start' || namesOther
  const mayBeOther = begins || first.stored === undefined || writers > 1
  const own = mayBeOther ? question.hostProcess() : undefined
  if (!own) return first
  const shared = { ...first, isShared: writers > 1 }
  if (isSame(recorded, own)) return shared
  const others = otherWriters(root, sessionId)
  const known = others.find(({ stored }) => isSame(processOf(stored), own))
  if (known !== undefined) return known
  if (!begins || first.stored === undefined || recorded === undefined || !lives(root, first, now)) return shared
  const free = others.find((writer) => writer.stored === undefined || !lives(root, writer, now)) ?? others.at(-1)
  if (free === undefined) return shared
  noteWriters(root, sessionId, Number(free.sessionId.slice(sessionId.length + 1)))
  return free
}

/** The other writers that have a record, and the ids that are free. A subagent may have such an id: it is no writer. */
function otherWriters(root: string, conversation: string): Writer[] {
  const present = new Set(listPresence(root))
  const writers: Writer[] = []
  for (let number = 2; number <= MOST_WRITERS; number++) {
    const sessionId = `${conversation}.${number}`
    const stored = present.has(sessionId) ? readPresence(root, sessionId) : undefined
    if (text(stored?.parent) !== undefined) continue
    writers.push({ sessionId, stored, isShared: true })
  }
  return writers
}

/**
 * So that edits, which do not look for their process, know that they have to. That is no sign of life of the first writer: its
 * record stays as old as it was.
 */
function noteWriters(root: string, sessionId: string, writers: number): void {
  const at = writtenAt(root, sessionId)
  replacePresence({ root, synced: false, hurried: true }, sessionId, (stored) =>
    stored === undefined || (num(stored.writers) ?? 1) >= writers ? undefined : { ...stored, writers },
  )
  if (at !== undefined) fs.utimesSync(`${root}/${presenceName(sessionId)}`, at, at)
}

function lives(root: string, { sessionId, stored }: Writer, now: number): boolean {
  if (stored === undefined) return false
  return isLive(stored as Presence, {
    now,
    hostProcess: probeHostProcess,
    ...lifeTimes(root, sessionId),
  })
}

function processOf(stored: JsonObject | undefined): ReturnType<typeof recordedProcess> {
  return stored === undefined || int(stored.host_pid) === undefined ? undefined : recordedProcess(stored as Presence)
}

function isSame(recorded: ReturnType<typeof recordedProcess>, own: HostProcess): boolean {
  if (recorded === undefined || recorded.pid !== own.pid || recorded.started !== own.started) return false
  return recorded.namespace === undefined || recorded.namespace === own.namespace
}
