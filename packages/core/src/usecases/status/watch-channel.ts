import { isRallyError } from '../../errors.js'
import { type DueWake, dueWakes } from '../standby/find-due-wakes.js'
import { gatherRoom, type RoomFacts } from './gather-room.js'
import { Hints, keepListening, type Wait } from './hints.js'
import { judgeRoom, type StatusReport } from './read-status.js'
import type { StatusContext, StatusInput } from './status-input.js'

/** What to watch a room for, and when to end. */
export interface WatchInput extends StatusInput {
  /** Seconds after which time alone is judged anew (lateness, silence, due standbys); default 3. */
  readonly intervalSecs?: number | undefined
  /** Looks after which to end; 0 (default) for no end. */
  readonly iterations?: number | undefined
  /** Take the present state as known and tell only what comes. */
  readonly baselineCurrent?: boolean | undefined
  /** Seconds after which everything is read anew without a hint: what hooks keep beside the stores gives none. Default 30. */
  readonly fullLookSecs?: number | undefined
  /** Seconds that pass at least between two looks, however much is written; part of the interval. */
  readonly restSecs?: number | undefined
  /** Do not ask git what is changed on disk. */
  readonly skipDirty?: boolean | undefined
  /** Reads what stands beside the room anew, as often as git is asked; gets the files that git says are changed. */
  readonly readBeside?:
    | ((dirty: readonly string[]) => Promise<Pick<StatusInput, 'hooks' | 'prompts' | 'ownFiles'>>)
    | undefined
  /** End after the first change that is told. */
  readonly exitOnChange?: boolean | undefined
  /** End when a standby of the session's tool is due. */
  readonly exitOnWakeDue?: boolean | undefined
  /** Seconds; default 4 h. */
  readonly maxLifetimeSecs?: number | undefined
  /** Hears of every look, changed or not. */
  readonly onLook?: ((report: StatusReport) => void) | undefined
  /** Asked at every look: whether whoever wanted the watch is gone. */
  readonly abandoned?: (() => boolean) | undefined
  readonly signal: AbortSignal
  readonly wait: Wait
}

/** What a watch tells: keys and their order as in protocol section 7.2. */
export type WatchEvent = StateChanged | WakeDue

/** The state of a room that differs from what was told last. */
export interface StateChanged
  extends Pick<
    StatusReport,
    | 'status'
    | 'required_action'
    | 'revision'
    | 'active_peers'
    | 'overlaps'
    | 'unresolved'
    | 'dirty_outside_owned'
    | 'direct_inbox_unread_count'
    | 'broadcast_inbox_unread_count'
    | 'inbox_unread_count'
    | 'inbox_latest_messages'
    | 'task_heartbeat'
  > {
  readonly event: 'coordination_state_changed'
  /** Revisions of the listed changes that came since the event before. */
  readonly new_change_revisions: readonly number[]
}

/** Sessions that asked to be woken by now, and what to type. */
export interface WakeDue {
  readonly event: 'rally_wake_due'
  readonly tool: string | null
  readonly due: readonly DueWake[]
  readonly suggested_commands: readonly string[]
}

const DEFAULT_WATCH = { intervalSecs: 3, maxLifetimeSecs: 14_400 } as const

/** Hints tell of every write; a full look now and then is for the case that one was missed. */
const FULL_LOOK_SECS = 30
/** Looks that may fail in a row (a channel that is being removed, a full disk) before the watch gives up. */
const MAX_FAILURES = 5
const NOT_ASKED: RoomFacts['dirty'] = { files: [], unknown: false }
/** Asking git costs a process. */
const DIRTY_LOOK_SECS = 10

/**
 * The room, told whenever it changes: on the first look (unless that is the baseline) and whenever what matters of a status
 * differs from what was told before. Looks as soon as the transport hints at a write. Never acts, only reports.
 */
export async function* watchChannel(ctx: StatusContext, input: WatchInput): AsyncGenerator<WatchEvent, void, void> {
  const ending = new AbortController()
  const signal = AbortSignal.any([input.signal, ending.signal])
  const hints = new Hints(signal, input.wait)
  void keepListening(ctx.transport, hints, intervalOf(input))
  try {
    yield* look(ctx, input, { signal, hints })
  } finally {
    ending.abort()
  }
}

async function* look(
  ctx: StatusContext,
  input: WatchInput,
  { signal, hints }: { signal: AbortSignal; hints: Hints },
): AsyncGenerator<WatchEvent, void, void> {
  const end = ctx.clock.now() + (input.maxLifetimeSecs ?? DEFAULT_WATCH.maxLifetimeSecs)
  const watched = new WatchedRoom(ctx, input)
  let told: { signature: string; revision: number } | undefined
  let toldWakes = ''
  for (let looks = 0; !isOver(ctx, input, { signal, end }); ) {
    const report = countingRecords(await watched.look(hints.take()))
    if (signal.aborted) return
    input.onLook?.(report)
    const signature = signatureOf(report)
    if (signature !== told?.signature) {
      const quiet = told === undefined && input.baselineCurrent === true
      const event = toStateChanged(report, told?.revision)
      told = { signature, revision: report.revision }
      if (!quiet) {
        yield event
        if (input.exitOnChange) return
      }
    }
    const due = watched.due()
    const wakes = JSON.stringify(due)
    if (due.length > 0 && wakes !== toldWakes) yield toWakeDue(ctx, due)
    toldWakes = wakes
    if (input.exitOnWakeDue && due.length > 0) return
    looks += 1
    if (input.iterations && looks >= input.iterations) return
    const rest = input.restSecs ?? 0
    if (rest > 0) await input.wait(rest, signal)
    await hints.orAfter(Math.min(Math.max(0, intervalOf(input) - rest), Math.max(0, end - ctx.clock.now())))
  }
}

function isOver(ctx: StatusContext, input: WatchInput, { signal, end }: { signal: AbortSignal; end: number }): boolean {
  return signal.aborted || ctx.clock.now() >= end || input.abandoned?.() === true
}

/** Facts of a room that are read again only when there is a reason to. */
class WatchedRoom {
  #facts: RoomFacts | undefined
  #beside: StatusInput = {}
  #readAt = 0
  #dirtyAt = 0
  #failures = 0
  readonly #ctx: StatusContext
  readonly #input: WatchInput

  constructor(ctx: StatusContext, input: WatchInput) {
    this.#ctx = ctx
    this.#input = input
  }

  /** A look that fails is made good by the next ones, as long as there was a first. */
  async look(hinted: boolean): Promise<StatusReport> {
    try {
      await this.#refresh(hinted)
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      if (this.#facts === undefined || !isRallyError(error) || this.#failures > MAX_FAILURES) throw error
      this.#readAt = Number.NEGATIVE_INFINITY
    }
    return judgeRoom(this.#ctx, this.#facts as RoomFacts, { ...this.#input, ...this.#beside })
  }

  async #refresh(hinted: boolean): Promise<void> {
    const now = this.#ctx.clock.now()
    const { fullLookSecs = FULL_LOOK_SECS, readBeside } = this.#input
    const isDue = this.#facts === undefined || now - this.#dirtyAt >= DIRTY_LOOK_SECS
    const dirty = this.#input.skipDirty ? NOT_ASKED : isDue ? undefined : this.#facts?.dirty
    if (this.#facts === undefined || hinted || now - this.#readAt >= fullLookSecs) {
      this.#facts = await gatherRoom(this.#ctx, this.#input, { dirty, lastMessages: [] })
      this.#readAt = now
    } else if (dirty === undefined) {
      this.#facts = { ...this.#facts, dirty: await this.#ctx.repository.dirtyFiles(this.#ctx.workdir) }
    }
    if (!isDue) return
    this.#beside = (await readBeside?.(this.#facts.dirty.files)) ?? {}
    this.#dirtyAt = now
  }

  due(): DueWake[] {
    if (this.#facts === undefined) return []
    return dueWakes(this.#facts.room, this.#ctx.clock.now(), { tool: this.#ctx.session?.tool })
  }
}

function intervalOf({ intervalSecs }: WatchInput): number {
  return Math.max(0.01, intervalSecs ?? DEFAULT_WATCH.intervalSecs)
}

/**
 * A writer that is not ours may append without raising the channel's published revision; for a watcher the records
 * themselves count as well.
 */
function countingRecords(report: StatusReport): StatusReport {
  const revisions = report.new_changes.map(({ revision }) => (typeof revision === 'number' ? revision : 0))
  return { ...report, revision: Math.max(report.revision, ...revisions) }
}

/** What makes two reports different for a watcher (protocol section 7.2). */
function signatureOf(report: StatusReport): string {
  const { health, missed_count, expected_ref, latest } = report.task_heartbeat
  return JSON.stringify([
    report.status,
    report.required_action,
    report.revision,
    report.active_peers.map(({ session_id, phase }) => [session_id, phase]),
    report.overlaps,
    report.because.map(({ code, files }) => [code, files]),
    report.unresolved,
    report.dirty_outside_owned,
    report.inbox_unread_counts,
    report.inbox_latest_messages,
    [health, missed_count, expected_ref, latest?.task_ref, latest?.id],
  ])
}

function toStateChanged(report: StatusReport, since: number | undefined): StateChanged {
  const revisions = report.new_changes.flatMap(({ revision }) => (typeof revision === 'number' ? [revision] : []))
  return {
    event: 'coordination_state_changed',
    status: report.status,
    required_action: report.required_action,
    revision: report.revision,
    active_peers: report.active_peers,
    overlaps: report.overlaps,
    unresolved: report.unresolved,
    dirty_outside_owned: report.dirty_outside_owned,
    direct_inbox_unread_count: report.direct_inbox_unread_count,
    broadcast_inbox_unread_count: report.broadcast_inbox_unread_count,
    inbox_unread_count: report.inbox_unread_count,
    inbox_latest_messages: report.inbox_latest_messages,
    task_heartbeat: report.task_heartbeat,
    new_change_revisions: since === undefined ? revisions : revisions.filter((revision) => revision > since),
  }
}

function toWakeDue(ctx: StatusContext, due: readonly DueWake[]): WakeDue {
  const commands = due.map(({ suggested_command }) => suggested_command)
  return { event: 'rally_wake_due', tool: ctx.session?.tool ?? null, due, suggested_commands: commands }
}
