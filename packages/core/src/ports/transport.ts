import type { AckCursor } from '../model/ack-cursor.js'
import type { ChangeRecord, RecordDraft } from '../model/change-record.js'
import type { Channel } from '../model/channel.js'
import type { HeldName } from '../model/held-name.js'
import type { MachineReceipts } from '../model/machine-receipts.js'
import type { InboxMessage } from '../model/message.js'
import type { LogCursor, Presence } from '../model/presence.js'
import type { HandoffRejection } from '../model/rejection.js'
import type { TaskHeartbeat } from '../model/task-heartbeat.js'

/**
 * Where the data of a channel lives: seven small stores, each with a cursor or a revision, so that one port fits a folder
 * of files and a replicated log alike. All calls fail with RallyError (NOT_STORED, READ_FAILED, BUSY, CHANNEL_UNUSABLE);
 * a write that returns was stored. Reading an absent channel yields empties and creates nothing.
 */
export interface Transport {
  /** `local`, `memory`, `nats` … */
  readonly kind: string
  readonly channel: Channel
  readonly supports: TransportSupports
  readonly log: LogStore
  readonly sessions: SessionStore
  readonly heartbeats: HeartbeatStore
  readonly inbox: InboxStore
  readonly leases: LeaseStore
  readonly names: NameStore
  readonly receipts: ReceiptStore
  /**
   * Calls `onHint` soon after any store of the channel may have changed, by whichever program; hints may be merged or
   * spurious, never missing. Ends when the signal aborts. Works on a channel that does not exist yet.
   */
  watch(onHint: (hint: ChangeHint) => void, options: { signal: AbortSignal; pollMs?: number }): Promise<void>
  /**
   * Names the series that revisions and ordinals of this channel belong to: another value after the channel was emptied and
   * made again, so that a remembered revision is not taken for one of the new series. Absent: there is only one.
   */
  numbering?(): Promise<string>
  /** Releases handles. Afterwards every call fails with CHANNEL_UNUSABLE. Idempotent. */
  close(): Promise<void>
}

/** What an adapter promises; the contract suite checks the declaration. */
export interface TransportSupports {
  /** Data survives the process. */
  readonly persistent: boolean
  /** Other processes share the channel. */
  readonly shared: boolean
  /** Programs that are not rally read and write it (the Python reference's files). */
  readonly foreignWriters: boolean
  /** Presence disappears by itself after a time to live. */
  readonly presenceTtl: boolean
  /**
   * `log.append` stores no draft whose origin is at or below the newest one of the same machine and epoch: it answers
   * `replayed`. Others store whatever they are given.
   */
  readonly refusesReplays: boolean
}

/** Where something may have changed: a reason to look, never the change itself. */
export interface ChangeHint {
  readonly store: 'log' | 'sessions' | 'heartbeats' | 'inbox' | 'leases' | 'receipts' | 'unknown'
}

/** What an append stored. */
export interface Appended {
  readonly revision: number
  readonly eventId: string
  /** Nothing was stored: the record was there already (see TransportSupports.refusesReplays). */
  readonly replayed?: boolean
}

/** Some records in order, and where the next read continues. */
export interface LogPage {
  readonly records: readonly ChangeRecord[]
  /** Where the next read continues. */
  readonly cursor: LogCursor
  /** Whether complete records remain after this page. */
  readonly more: boolean
}

/**
 * A fold over the whole log whose result an adapter may keep between processes: nothing re-reads a log.
 * The state must survive JSON; `version` changes whenever the meaning of the state does.
 */
export interface LogProjection<State> {
  readonly name: string
  readonly version: number
  /** Asked once (a search for one record): an adapter must not keep its result. */
  readonly transient?: boolean
  initial(): State
  /** May change and return the given state. */
  fold(state: State, record: ChangeRecord): State
}

/** Which records of a log are wanted. Times are epoch seconds; records without one are wanted at any. */
export interface LogSearch {
  /** Each stands somewhere in the stored record, letter case aside: printable ASCII without quotation marks and backslashes. */
  readonly words: readonly string[]
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly limit: number
  readonly matches: (record: ChangeRecord) => boolean
}

/** When a log is to be archived: one of both is enough. */
export interface RotationWish {
  readonly minBytes: number
  /** Epoch seconds: its first record is older. */
  readonly olderThan: number
  readonly dryRun?: boolean | undefined
}

/** Whether a log was put away, or why not; sizes in bytes. */
export interface LogRotation {
  readonly outcome: 'archived' | 'would' | 'small' | 'unsupported'
  /** Of the log that was looked at. */
  readonly bytes: number
  /** When its first record was written, epoch seconds. */
  readonly oldest: number | null
  /** Name of the archive, relative to the channel. */
  readonly archive: string | null
}

/** The records of a channel, in the order of their revisions. */
export interface LogStore {
  /** Stores one record and gives it this channel's next revision and, unless the draft has one, a unique event id. */
  append(draft: RecordDraft): Promise<Appended>
  /** Complete records after the cursor, oldest first. A cursor that no longer fits (rotation, truncation) restarts without repeating revisions at or below it. */
  read(after: LogCursor, limit?: number): Promise<LogPage>
  /** The newest `limit` records, oldest first; cost independent of the log's length. */
  latest(limit: number): Promise<readonly ChangeRecord[]>
  /**
   * The newest records that are wanted, oldest first. Costs little more than what it reads, however long the log is. Absent:
   * readers look through the log.
   */
  search?(wanted: LogSearch, onProgress?: (done: number, total: number) => void): Promise<readonly ChangeRecord[]>
  /**
   * Archives the log where it is large or old enough; a new one begins, and numbers go on. All other calls answer the same
   * afterwards. Absent: this transport archives nothing.
   */
  rotate?(wish: RotationWish): Promise<LogRotation>
  /** The newest record that this machine wrote and a relay brought here. Absent: readers look through the log. */
  newestFrom?(machine: string): Promise<ChangeRecord | undefined>
  /** This channel's newest revision; 0 for an empty or absent one. */
  revision(): Promise<number>
  /** The cursor behind the newest complete record. */
  end(): Promise<LogCursor>
  /** The projection over all records, including rotated logs. `onProgress` reports long first reads (bytes or records done and in total). */
  project<State>(projection: LogProjection<State>, onProgress?: (done: number, total: number) => void): Promise<State>
  /** Keeps a refused handoff; no revision. */
  reject(rejection: HandoffRejection): Promise<void>
  /** How many handoffs were refused. */
  rejections(): Promise<number>
}

/** Presence records, one for each session. */
export interface SessionStore {
  /** Creates or replaces the keys that `presence` has; foreign keys and the cursor of an existing record stay. */
  put(presence: Presence): Promise<void>
  /** Replaces only these keys of a record that is there, whatever happens to its others meanwhile; false where there is none. */
  amend(sessionId: string, keys: Readonly<Record<string, unknown>>): Promise<boolean>
  get(sessionId: string): Promise<Presence | undefined>
  /** Readable presence records, reader stubs included, sorted by session id. */
  list(): Promise<readonly Presence[]>
  /** When a record was written, epoch seconds by the clock of the storage; undefined where there is none, or no such time. */
  writtenAt?(sessionId: string): Promise<number | undefined>
  /**
   * When sessions announced files last, by id, epoch seconds by the clock of the storage: a later sign of life than the record
   * may show. Sessions that announced nothing lately are left out. Absent where the storage keeps no announcements.
   */
  announcedAt?(): Promise<ReadonlyMap<string, number>>
  /** Where the record was (a path or a key, for people), or null when there was none. */
  remove(sessionId: string): Promise<string | null>
  /** The position this session last looked at, without touching the rest; creates a reader stub when there is no record. */
  setCursor(sessionId: string, cursor: LogCursor): Promise<void>
}

/** Heartbeats of tasks, kept by tool and session. */
export interface HeartbeatStore {
  append(heartbeat: TaskHeartbeat): Promise<void>
  /**
   * Lines of one session in one tool's file that can decide its health: at least the newest line by `ts` and the newest
   * in order of writing, overall and per `task_ref`. In order of writing.
   */
  latest(tool: string, sessionId: string): Promise<readonly TaskHeartbeat[]>
}

/** A message of a box that is meant for one session. */
export interface AddressedEntry {
  readonly ordinal: number
  readonly sessionId: string
}

/** One message with its ordinal; `message` is null for a line that cannot be parsed (it counts all the same). */
export interface InboxEntry {
  /** 1 for the first non-blank line. */
  readonly ordinal: number
  readonly message: InboxMessage | null
}

/** Messages in boxes, one for each tool and one for all, and how far each session has acknowledged them. */
export interface InboxStore {
  /** `message.to` names the box: a tool id in safe form (tools with the same one share it), or `all`. Answers where the box is kept, for people (a path or a key). */
  deliver(message: InboxMessage): Promise<string>
  /** The boxes that hold messages, in a form that `read` and `size` take, sorted. */
  boxes(): Promise<readonly string[]>
  /** Entries of a box after an ordinal, oldest first. */
  read(box: string, after: number, limit?: number): Promise<readonly InboxEntry[]>
  /** Number of entries in a box and the `ts` of its last parseable one. */
  size(box: string): Promise<{ count: number; lastTs: number | null }>
  /**
   * Which entries of a box after an ordinal are meant for one session (`to_session_id`), in order: for a session all others
   * are somebody else's mail. Costs no reading of what was looked through before.
   */
  addressed(box: string, after: number): Promise<readonly AddressedEntry[]>
  cursor(tool: string, sessionId: string): Promise<AckCursor | undefined>
  /** Where the cursor is kept, for people (a path or a key). */
  setCursor(tool: string, sessionId: string, cursor: AckCursor): Promise<string>
}

/** A named document of the store as it stands. */
export interface LeaseState {
  readonly value: unknown
  /** Opaque; changes with every successful write. */
  readonly version: string
  /** Epoch seconds of that write: a lease whose own end cannot be read is over some time after it. Absent only where nothing tells it. */
  readonly writtenAt?: number
}

/** Small named documents that several writers change by compare-and-set: the seat of the lead, the claims. */
export interface LeaseStore {
  /** Undefined for an empty seat. A damaged one has `value` null. */
  read(name: string): Promise<LeaseState | undefined>
  /** Writes `next` (or empties the seat when null) only if the version is still `expected` (null: the seat is empty). */
  compareAndSet(name: string, expected: string | null, next: unknown | null): Promise<boolean>
}

/** Short names of sessions in this room (`claude-1`): a name belongs to one session as long as that lives, and a day longer. */
export interface NameStore {
  /**
   * The session's name. One that has none gets the first free of `<stem>1`, `<stem>2` …; one that comes back after its end
   * gets its old name again, unless that was given to another meanwhile. However many ask at once: the same session gets
   * the same answer, no two sessions one name. Never the id of a session in the room.
   */
  assign(sessionId: string, stem: string): Promise<string>
  /** Who holds the name, or held it last. */
  holder(name: string): Promise<HeldName | undefined>
  /** All names that were given, those of ended sessions included, sorted by name. */
  list(): Promise<readonly HeldName[]>
  /** The session has ended: its name rests for 24 h, then it may be given to another. */
  release(sessionId: string): Promise<void>
}

/** What other machines report of the messages that their sessions got: one report a machine, the newest. */
export interface ReceiptStore {
  /** Replaces what this machine reported before. `machine` is a safe id. */
  put(report: MachineReceipts): Promise<void>
  /** The reports that can be read, sorted by machine. */
  list(): Promise<readonly MachineReceipts[]>
  /** Whether there was one. */
  remove(machine: string): Promise<boolean>
}

/** Opens the transport of a channel. */
export interface Transports {
  open(channel: Channel): Promise<Transport>
}
