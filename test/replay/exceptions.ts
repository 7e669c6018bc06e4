/**
 * Recorded cases, or single steps, where our answer is meant to differ from the existing system's, each with its reason.
 * `exit`: the contract of the command line decides another exit code. `skip`: no command of ours answers this step.
 */
export interface StepException {
  readonly exit?: number
  readonly skip?: true
  /** The text for people is our own. */
  readonly ignoreText?: true
  /** Keys of the recorded JSON that are not compared. */
  readonly ignore?: readonly string[]
  readonly why: string
}

const SENTENCE: StepException = { ignoreText: true, why: 'without --json it prints a sentence, not a Python value' }
const ABSENT: StepException = { skip: true, why: 'needs the checkout of the existing system' }
const OWN_FOLDER = "the loop's own folder is not somebody's unfinished work"
const LISTED = 'whoever is listed although silent counts as silent'
const REFUSAL = 'a refusal is not a success: its exit code is 5'

export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<number, StepException>>>> = {
  'usage-errors': {
    0: { skip: true, why: 'bare rally says where you are' },
    2: { skip: true, why: 'status also answers a person, who has no session' },
  },
  'boundary-reference': { 0: ABSENT, 1: ABSENT },
  'status-coord-file': {
    0: { ignore: ['dirty_files', 'dirty_outside_owned'], why: OWN_FOLDER },
    1: { ignore: ['dirty_files', 'dirty_outside_owned', 'status', 'required_action'], why: OWN_FOLDER },
  },
  'status-since': { 1: { ignore: ['new_changes'], why: 'a limit keeps the newest changes, not the oldest' } },
  'roster-bad-records': { 0: { ignore: ['live_count', 'stale_count'], why: LISTED } },
  'roster-stale': { 1: { ignore: ['live_count', 'stale_count'], why: LISTED }, 3: { ignoreText: true, why: LISTED } },
  'status-overlap-legacy': {
    0: { ignore: ['status', 'required_action'], why: 'somebody else edits a file that the asking agent owns' },
  },
  'inbox-write-direct': { 0: SENTENCE, 1: SENTENCE },
  'inbox-write-list-payload': { 0: SENTENCE, 1: SENTENCE },
  'inbox-safe-names': { 0: SENTENCE, 1: SENTENCE, 2: SENTENCE },
  'inbox-build-loop-id': { 0: SENTENCE },
  'handoff-empty-scope': { 0: { exit: 5, why: REFUSAL } },
  'heartbeat-unsafe-tool': { 0: { skip: true, why: 'an unsafe id is refused before any path is built' } },
  'lead-renew': { 0: { exit: 5, why: REFUSAL }, 2: { exit: 5, why: REFUSAL } },
  'lead-relinquish': { 1: { exit: 5, why: REFUSAL } },
  'lead-bad-expiry': { 1: { exit: 5, why: REFUSAL } },
  'wake-closes': {
    1: { ignore: ['channel_revision'], why: 'the log holds revision 1 already: no revision is given twice' },
  },
}

/** Recorded files that are not compared, with the reason. */
export const FILE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'heartbeat-unsafe-tool': 'an unsafe id is refused before any path is built',
}

/** Keys whose value differs by intent, in answers and in files. */
export const CHANGED_KEYS: Readonly<Record<string, string>> = {
  bl_producer: 'the producer is another program',
  inbox: 'the box by its name: an absolute path of one machine helps nobody else',
  suggested_command: 'it names our command',
  message_id: 'the mirrored record names the message that it mirrors',
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
