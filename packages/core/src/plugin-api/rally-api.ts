import type { ErrorDetails, errorsOf } from '../errors.js'
import type { RunIdentityPort } from '../ports/run-identity.js'
import type { checkHandoff } from '../rules/handoff/handoff-gate.js'
import type { parseSpawned } from '../rules/presence/parse-spawned.js'
import type { RoomContext, SessionContext } from '../usecases/context.js'
import type { findOpenHandoffs } from '../usecases/handoff/find-open-handoffs.js'
import type { handOff } from '../usecases/handoff/hand-off.js'
import type { address } from '../usecases/inbox/address.js'
import type { postRecord } from '../usecases/log/post-record.js'
import type { announcePresence } from '../usecases/presence/announce-presence.js'
import type { leaveRoom } from '../usecases/presence/leave-room.js'
import type { checkpointRead } from '../usecases/status/checkpoint-read.js'
import type { readStatus } from '../usecases/status/read-status.js'
import type { reportHeartbeat } from '../usecases/task/report-heartbeat.js'
import type { RoomOperations } from './room-operations.js'

/** The version of what rally hands to a plugin's own commands. */
export const RALLY_API = 1

/** Where something is asked, and who asks as far as the caller knows; rally finds out the rest. `pid`: the process that asks. */
export interface SessionRequest {
  readonly workdir: string
  readonly sessionId?: string | undefined
  readonly tool?: string | undefined
  readonly model?: string | undefined
  readonly runId?: string | undefined
  readonly parent?: string | undefined
  readonly pid?: number | undefined
}

/** For whom a program below a host asks, as far as it was told. */
export interface CallerRequest {
  readonly workdir: string
  /** Only sessions of this tool. */
  readonly tool?: string | undefined
  /** The session that the host names in this very request. */
  readonly named?: string | undefined
}

/** A session that may be asking. */
export interface Caller {
  readonly sessionId: string
  readonly tool: string
  /** What it is called in its room. */
  readonly name: string
  /** The folder it works in. */
  readonly cwd: string
}

/** What a plugin's command found out; printed by rally in the form of every command. */
export interface PluginOutcome {
  readonly json: object
  /** For a person; a function where layout or colour depend on where it goes. */
  readonly text: string | ((terminal: PluginTerminal) => string)
  /** Another exit code than 0, with the catalogue's code that says why; `json` keeps the answer. */
  readonly error?: Error
  /** `json` has an `ok` of its own that speaks of what was looked at, not of the command. */
  readonly report?: true
}

/** What the output goes to. Layout may depend on it, content never. */
export interface PluginTerminal {
  readonly isTty: boolean
  /** Characters per line; undefined in a pipe (do not wrap). */
  readonly columns: number | undefined
  /** Each puts its colour around a text, or nothing where colour is not wanted. */
  readonly style: Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>>
}

/** How a command's answer goes out. */
export interface PresentOptions {
  readonly json: boolean
  /** `rally.<command>/1`. */
  readonly schema: string
  /** The command's id, words joined by colons: a usage error then names its help. */
  readonly command?: string | undefined
}

/**
 * What a plugin with commands of its own gets from rally: its command asks with oclif's
 * `this.config.runHook('rally:api', {})` and takes the first result. Everything is composed as for rally's own commands.
 */
export interface RallyApi {
  readonly api: typeof RALLY_API
  /** The room of a workdir. */
  room(request: { readonly workdir: string }): Promise<RoomContext>
  /** The room and who is asking. */
  session(request: SessionRequest): Promise<SessionContext>
  /**
   * The sessions that a program may be speaking for which its host started once and which outlives sessions: what is said now
   * counts, not the environment of its start. Live sessions of the nearest ancestor that has any; else those that the
   * environment names, if they still live; never the person. Several: somebody has to say which.
   */
  callers(request: CallerRequest): Promise<readonly Caller[]>
  /** The session ids that hosts name in the `_meta` of a tool call of the Model Context Protocol, by host. */
  namedIn(meta: unknown): Promise<readonly { readonly tool: string; readonly sessionId: string }[]>
  /** What agents do all day; its code is loaded now. */
  operations(): Promise<RoomOperations>
  readonly runIdentity: RunIdentityPort | undefined
  /** What plugins registered under a token, in the order of their names (`docs/reference/plugin-tokens.md`). */
  contributions(token: symbol): readonly unknown[]
  readonly usecases: {
    readonly address: typeof address
    readonly announcePresence: typeof announcePresence
    readonly checkpointRead: typeof checkpointRead
    readonly findOpenHandoffs: typeof findOpenHandoffs
    readonly handOff: typeof handOff
    readonly leaveRoom: typeof leaveRoom
    readonly postRecord: typeof postRecord
    readonly readStatus: typeof readStatus
    readonly reportHeartbeat: typeof reportHeartbeat
  }
  readonly rules: {
    readonly checkHandoff: typeof checkHandoff
    readonly parseSpawned: typeof parseSpawned
  }
  /** What git prints about a folder, or undefined where it fails. Nothing that the repository names is started. */
  git(args: readonly string[], cwd: string): Promise<string | undefined>
  /** An error of rally's catalogue; an unknown code becomes INTERNAL. */
  error(code: string, details?: ErrorDetails): Error
  /** Makes the failures of the plugin's own catalogue: codes that only it knows, with their sentences and exit codes. */
  readonly errors: typeof errorsOf
  /** Prints an outcome and sets the exit code. */
  present(outcome: PluginOutcome, options: PresentOptions): void
  /** Prints a failure (also one of oclif's parser) and sets the exit code. */
  fail(thrown: unknown, options: PresentOptions): void
  close(): Promise<void>
}
