import type { Moment, MomentReply } from '../model/moment.js'
import type { ShellReading } from '../model/shell-reading.js'
import type { JsonObject } from '../readers.js'

import type {
  HookConfigFile,
  HookOffSwitch,
  HookRunner,
  HookSample,
  HostConsent,
  HostEffect,
  HostProgramFile,
  HostSandbox,
  HostSign,
  HostTextFile,
  HostTraces,
} from './host-files.js'
import type { HostMcp } from './host-mcp.js'

export type * from './host-files.js'
export type * from './host-mcp.js'

/** The version of the contract between rally and its plugins. */
export const HOST_API = 1

/** Environment variables as a process has them. */
export type HostEnv = Readonly<Record<string, string | undefined>>

/** What a host adapter makes of the environment of the host's shell tool. */
export interface SessionClue {
  readonly sessionId?: string
  readonly model?: string
  readonly parent?: string
  /** The host's own process, where the environment names it. */
  readonly hostPid?: number
  /** Set when the environment says which host it is but not which session. */
  readonly hostOnly?: boolean
}

/** The facts of a host as data; README tables and `rally hosts` are made from this. */
export interface HostCapabilities {
  /** Moments that the host can call. */
  readonly moments: readonly import('../model/moment.js').MomentName[]
  /** Moments at which text reaches the model. */
  readonly context: readonly import('../model/moment.js').MomentName[]
  /** Whether an edit can be denied. */
  readonly deny: boolean
  /** Longest text of one reply in characters; longer ones are cut or dropped by the host. */
  readonly textLimit: number
  readonly timeoutUnit: 's' | 'ms'
  /** Whether subagents can be told apart. */
  readonly children: boolean
  /** The exit code by which an edit is refused, with the reason on stderr, where the host knows no other way. */
  readonly refusesByExit?: number
  /** Whether a text for the model is what a hook prints, instead of a field of a JSON object. */
  readonly plainText?: boolean
  /** Whether a text at the end of a turn can begin another one. */
  readonly goesOn?: boolean
}

/** How a fact of a host is known, and of which version; `run`: seen in a run of the real program, `source`: read in what it ships. */
export interface HostEvidence {
  readonly by: 'run' | 'source' | 'documentation' | 'others'
  /** Of the host. */
  readonly version?: string
}

/** How the facts of an adapter are known: its payloads, and with a line of their own text and refusals. For the docs. */
export interface HostKnowledge extends HostEvidence {
  readonly context?: HostEvidence
  readonly deny?: HostEvidence
}

/** A field of a payload that one host alone sends; with `holds` only where its text contains that. */
export interface PayloadMark {
  readonly field: string
  readonly holds?: string
}

/**
 * By what rally knows a host: its payloads and its environment. Rally compares the marks of all hosts, so that a payload which
 * bears another host's is not taken for this one's (hosts run each other's hooks); no adapter knows of another host.
 */
export interface HostMarks {
  /** Variables that hold the session's id, in the host's shell tool or in its hooks; the first that is set counts. */
  readonly sessionVariables?: readonly string[]
  /** Variables that only say which host it is, with the value that does. */
  readonly hostVariables?: Readonly<Record<string, string>>
  /** Variable that holds the id of the host's own process. */
  readonly pidVariable?: string
  readonly payload?: readonly PayloadMark[]
  /** Fields that this host sends too although another may declare them as its own: here they say nothing. */
  readonly shares?: readonly string[]
  /** Field of a payload that the session variables repeat; without it `session_id`. */
  readonly sessionField?: string
}

/** One JSON line to the socket that a host keeps for each session, which a file of the host names. */
export interface HostSocketRing {
  readonly kind: 'socket'
  /** Folder of that file below the home folder, or what the variable says instead of its first segment's folder. */
  readonly folder: string
  readonly homeVariable?: string
  /** Name of the file; `{pid}` is the process of the session's host. */
  readonly file: string
  /** Keys of the file that hold the session's id and the path of the socket. */
  readonly session: string
  readonly socket: string
  /** What is written; `{text}` in its texts is replaced by rally's fixed sentence. */
  readonly line: JsonObject
}

/** A command of the host, run without a shell; `{session}` and `{text}` are replaced. */
export interface HostCommandRing {
  readonly kind: 'command'
  readonly command: readonly string[]
}

/** How a turn is begun in an idle session of the host, so that its prompt hook fires. */
export type HostRing = HostSocketRing | HostCommandRing

/** What a hook prints. Its exit code is 0, but for a refusal in a host that knows refusals by exit code only. */
export interface HostOutput {
  /** Exactly what goes to stdout; may be empty. */
  readonly stdout: string
  /** With `exitCode` alone: the reason. */
  readonly stderr?: string
  /** `refusesByExit` of the capabilities, and only where an edit is refused. */
  readonly exitCode?: number
}

/** Readers that rally hands to an adapter, so that it needs no import at run time. */
export interface HostApi {
  readonly api: typeof HOST_API
  str(value: unknown, fallback?: string): string
  obj(value: unknown): JsonObject
  list(value: unknown): readonly unknown[]
  /** Paths named by `*** Add|Update|Delete File:` and `*** Move to:` lines of a patch text, in order, as written. */
  patchPaths(text: string): string[]
  /**
   * Which files a shell command writes and which git commands in it take others' work along, as far as that can be read
   * without running it. The command is text for a shell, or the words of a program call; nothing is run or looked up.
   */
  readShell(command: string | readonly string[]): ShellReading
  /** The text cut to `limit` UTF-16 units, never through a character, lone surrogates replaced: strict JSON readers drop those. */
  clip(text: string, limit: number): string
  /**
   * The command line that hosts run for an event. Its text never changes between versions (trust in it covers the text) and
   * holds no absolute path (project files are shared); it does nothing and exits 0 where `rally-hook` is not installed. For a host
   * that knows refusals by exit code only, with that code: the line hands on that one, and makes 0 of any other.
   */
  hookCommand(host: string, event: string, refusesByExit?: number): string
}

/**
 * What the gate in front of hooks has to know of a payload, to answer an edit that has nothing to hear without starting a program.
 * Keys are looked for anywhere in the payload's text; one that stands there twice is a doubt.
 */
export interface HostGate {
  /** Key of the session's id. */
  readonly session: string
  /** Keys whose text decides what rally makes of the payload: it has to be the same as when the program last looked. */
  readonly same: readonly string[]
  /** Keys that make another session of it, or another moment. */
  readonly without: readonly string[]
  /** Key that names the tool, tools that edit one file, and the key of that file (absolute). */
  readonly tool: string
  readonly tools: readonly string[]
  readonly file: string
  /** Tools that run a shell command: one that writes nothing has nothing to hear but messages. */
  readonly shell?: readonly string[]
}

/** One coding host: data first, then three pure functions. No I/O. */
export interface HostAdapter {
  readonly api: typeof HOST_API
  /** `claude_code`, `codex` … */
  readonly id: string
  /** Name for people. */
  readonly title: string
  /** Short word of lower-case letters and digits; sessions are named after it (`codex-1`). Without it: the id. */
  readonly shortName?: string
  /** Other words for the host than id, title and short name. Letter case, dashes, underscores and blanks do not matter. */
  readonly aliases?: readonly string[]
  /** Without it nothing is known as this host's alone. */
  readonly marks?: HostMarks
  /**
   * `one`: a process of this host has one conversation at a time, so a session that begins there (clear, resume) has taken the
   * place of the one before, where the moment names the process (`hostPid`). Declared by terminal programs only. Default: `several`, as servers and editors have.
   */
  readonly conversations?: 'one' | 'several'
  readonly capabilities: HostCapabilities
  /** Without it nobody knows how any of it is known. */
  readonly known?: HostKnowledge
  readonly configFiles: readonly HookConfigFile[]
  readonly textFiles: readonly HostTextFile[]
  /**
   * Without it the first folder of each file that holds hooks shows that the host is used here: to be declared where others keep
   * things in that folder, too (`.github`, `.config`).
   */
  readonly signs?: readonly HostSign[]
  /** Without it the host has no programs of rally's. */
  readonly programFiles?: readonly HostProgramFile[]
  /** Without it `rally hooks verify` uses `/bin/sh -c` in the session's folder and a pipe. */
  readonly runner?: HookRunner
  /** One for each event of `configFiles` and `programFiles` lets `rally hooks verify` check that event. */
  readonly samples?: readonly HookSample[]
  readonly offSwitches?: readonly HookOffSwitch[]
  /** Without it entries that stand in a file of the host are taken to run. */
  readonly effective?: HostEffect
  /** Without it nobody can tell that hooks did not run though the host did. */
  readonly traces?: HostTraces
  /** Without it nothing can be written that lets the host's agents type commands. */
  readonly consents?: readonly HostConsent[]
  /** Without it agents' commands of this host are taken to run where the person's do. */
  readonly sandbox?: HostSandbox
  /** Without it an idle session hears at its next prompt. */
  readonly ring?: HostRing
  /** Without it every call of a hook starts the program. */
  readonly gate?: HostGate
  /** Without it the host is told of no server, and knows none. */
  readonly mcp?: HostMcp
  /** From inside the host's shell tool; undefined when the environment is not this host's. */
  identify(env: HostEnv): SessionClue | undefined
  /** Host event to moment; undefined = not for us, say nothing. Never throws for any JSON object. */
  parse(event: string, payload: JsonObject, env: HostEnv): Moment | undefined
  /** Reply in the host's words; also called with an empty reply. */
  render(moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply): HostOutput
}

/** What a host plugin exports: `module.exports = (api) => adapter`. */
export type HostAdapterFactory = (api: HostApi) => HostAdapter

/** A host plugin that was found, or why it is not used. */
export interface FoundHost {
  readonly id: string
  readonly plugin: string
  readonly version: string
  /** `core` bundled, `user` installed, `link` linked. */
  readonly type: string
  readonly root: string
  readonly adapter?: HostAdapter
  readonly refusal?: string
}

/** The host plugins that were found, loaded when they are asked for. */
export interface Hosts {
  /** Every declared host, sorted by id. Broken ones carry `refusal`; the others keep working. */
  list(): Promise<readonly FoundHost[]>
  get(id: string): Promise<HostAdapter | undefined>
}
