import type { ShellReading } from './shell-reading.js'

/**
 * A moment: something that a host says is happening to a session. Types only, so that the hot path loads nothing for them.
 */
export const MOMENT_NAMES = [
  'session-start',
  'prompt',
  'before-edit',
  'after-edit',
  'turn-end',
  'session-end',
  'child-start',
  'child-end',
] as const
/** A point in a session at which its host calls rally. */
export type MomentName = (typeof MOMENT_NAMES)[number]

/** What a host told a hook, in rally's words. Paths are absolute or relative to `cwd`; texts are the host's, uncleaned. */
export interface Moment {
  readonly name: MomentName
  /** The host's own event name, echoed in some hosts' output. */
  readonly event: string
  /** The host session; a child has its own id `<session>.<agent>` built by rally from `agentId`. */
  readonly sessionId: string
  readonly cwd: string
  /** Set inside a subagent. */
  readonly agentId?: string
  readonly agentType?: string
  /** A parent session named by the host itself (build loop). */
  readonly parent?: string
  readonly model?: string
  /** Files about to be or just edited: absolute or relative to `cwd`, as the host gave them. */
  readonly paths?: readonly string[]
  /** What a shell command about to run, or that just ran, does to files. `folder`: where it starts, if not in `cwd`. */
  readonly shell?: ShellReading & { readonly folder?: string }
  /**
   * `startup`, `resume`, `clear` … at session-start; the reason at session-end. At turn-end only when the conversation is over
   * while the program lives on with another one.
   */
  readonly source?: string
  /** The host program's process where payload or environment name it. */
  readonly hostPid?: number
  /** What a person asked, at a prompt; its beginning. */
  readonly prompt?: string
  /** The host calls this moment for something that must get an empty reply but not be treated as news (a machine-made prompt). */
  readonly quiet?: boolean
  readonly label?: string
}

/** What rally wants to say. Empty: nothing. */
export interface MomentReply {
  /** Text for the model. */
  readonly context?: string
  /** Refuses the edit; `reason` is for the model. */
  readonly deny?: { readonly reason: string }
  /** At the end of a turn: the turn goes on with this text. */
  readonly goOn?: string
}
