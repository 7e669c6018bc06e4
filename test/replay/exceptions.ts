/**
 * Recorded cases, or single steps, where our answer is meant to differ from the existing system's, each with its reason.
 * `exit`: the contract of the command line decides another exit code. `skip`: no command of ours answers this step.
 */
export interface StepException {
  readonly exit?: number
  readonly skip?: true
  /** Keys of the recorded JSON that are not compared. */
  readonly ignore?: readonly string[]
  readonly why: string
}

export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<number, StepException>>>> = {
  'usage-errors': {
    0: { skip: true, why: 'bare rally says where you are' },
    2: { skip: true, why: 'status also answers a person, who has no session' },
  },
  'handoff-empty-scope': { 0: { exit: 5, why: 'a refusal is not a success' } },
}

/** Programs of the existing system with no command of ours in this suite, and where they are covered. */
export const OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  agent_autoreg: 'rally buildloop register, tested with the plugin',
  coordination_bootstrap: 'rally buildloop bootstrap, tested with the plugin',
  coordination_rally: 'rally buildloop, tested with the plugin',
  session_probe: 'replaced by the session-start moment',
  rally_poll_gate: 'rally buildloop poll-gate, tested with the plugin',
  hook_pre_edit: 'replaced by the before-edit moment',
  hook_session_start: 'replaced by the session-start moment',
  orphan_notice: 'replaced by the session-start moment',
  peer_collision: 'replaced by the before-edit moment',
  reaper: 'replaced by clean-up at session start',
}
