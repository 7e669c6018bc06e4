import type { Moment, MomentName } from '@rally/core/model/moment'
import type {
  HookOffSwitch,
  HookRunner,
  HostAdapter,
  HostApi,
  HostCapabilities,
  HostConsent,
  HostEffect,
  HostEnv,
  HostGate,
  HostKnowledge,
  HostMarks,
  HostMcp,
  HostRing,
  HostSandbox,
  HostSign,
  HostTraces,
  SessionClue,
} from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import type { Answers } from './answers.js'
import type { HookFiles, ProgramFiles, UserFolder } from './hook-files.js'

/** What a host handed to a hook, with rally's readers for it. */
export interface HostPayload {
  readonly api: HostApi
  readonly event: string
  readonly payload: JsonObject
  readonly env: HostEnv
}

/**
 * Fields of a payload by what they hold; of several the first that holds a text counts. Without a line here it is the name that
 * most hosts use: `session_id`, `cwd`, `model`, `agent_id`, `agent_type`, `source`, and `reason` for the source of an end.
 */
export interface FieldNames {
  readonly sessionId: readonly string[]
  /** The session that a subagent belongs to, at `child-start` and `child-end`. */
  readonly parentSession: readonly string[]
  readonly cwd: readonly string[]
  readonly model: readonly string[]
  readonly agentId: readonly string[]
  readonly agentType: readonly string[]
  readonly source: readonly string[]
  readonly endReason: readonly string[]
  /** What the person typed. */
  readonly prompt: readonly string[]
}

/** The files of an edit (none: the host must be answered, but nothing is news), what a shell command does, another moment that the tool makes, or no edit. */
export type Edited =
  | readonly string[]
  | Required<Pick<Moment, 'shell'>>
  | Pick<Moment, 'name' | 'agentId' | 'agentType'>
  | undefined

/** One coding host as data, and the few functions that only it needs. */
export interface HostDefinition {
  readonly id: string
  readonly title: string
  readonly shortName: string
  readonly aliases: readonly string[]
  readonly marks: HostMarks
  readonly conversations?: HostAdapter['conversations']
  /** The host's own events and what they mean to rally. */
  readonly events: Readonly<Record<string, MomentName>>
  /** `moments` names those beside `events` that `edited` makes of a tool call. */
  readonly capabilities: Omit<HostCapabilities, 'moments' | 'goesOn' | 'refusesByExit' | 'plainText'> & {
    readonly moments?: readonly MomentName[]
  }
  /** How it is known what stands here. */
  readonly known?: HostKnowledge
  readonly fields?: Partial<FieldNames>
  /** How a turn is begun in an idle session. */
  readonly ring?: HostRing
  /** Field that repeats the event; `optional`: a payload without it is taken as well. Without a line: `hook_event_name`. */
  readonly eventField?: { readonly name: string; readonly optional?: boolean }
  /** Fields without whose text a payload is not this host's. */
  readonly needs?: readonly string[]
  /** Variables that stand in for a missing session id or folder. */
  readonly variables?: { readonly sessionId?: string; readonly cwd?: string }
  /** What a tool call before or after an edit changes. */
  readonly edited: (call: HostPayload) => Edited
  /** The working folder, where a field alone does not say it. */
  readonly folder?: (call: HostPayload, paths: readonly string[] | undefined) => string
  /** The last word on a moment; undefined: not for us after all. */
  readonly refine?: (moment: Moment, call: HostPayload) => Moment | undefined
  readonly answers: Answers
  /** Without it the host has no file that could hold hooks. */
  readonly hooks?: HookFiles
  /** Variables that move the user's files: of hooks, of the skill, and the off switches of the user's scope. */
  readonly userFolder?: UserFolder
  /** Where the plugin's `skills/agent-rally-point/SKILL.md` goes, in the project and in the user's home folder. */
  readonly skill?: string | Readonly<Record<'project' | 'user', string>>
  readonly runner?: HookRunner
  /** Names of recorded payloads below `fixtures`, `EVENT` or `EVENT.more`, without `.json`; without it one for each event of `hooks`. */
  readonly samples?: readonly string[]
  /** The program of the host's kind that calls `rally-hook` itself, in the project and in the user's home folder. */
  readonly program?: ProgramFiles
  /** Where others keep things in the folder of the hooks, too: by what it shows that the host is used here. */
  readonly signs?: readonly HostSign[]
  readonly offSwitches?: readonly HookOffSwitch[]
  /** Which files decide whether the host runs hooks that stand in its files. */
  readonly effective?: HostEffect
  readonly traces?: HostTraces
  readonly consents?: readonly HostConsent[]
  readonly sandbox?: HostSandbox
  /** How agents reach rally's server (`rally mcp`). */
  readonly mcp?: HostMcp
  /** What differs from the usual payload: `session_id`, `cwd`, `tool_name`, `file_path`, none of `agent_id`. */
  readonly gate?: Pick<HostGate, 'tools'> & Partial<HostGate>
  /** Without it: the session that the marks' variables name, else the host that they tell. */
  readonly identify?: (env: HostEnv) => SessionClue | undefined
}
