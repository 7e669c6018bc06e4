import { REASON_CODES } from '../../model/reason-codes.js'
import { TOLD_REASONS } from '../../model/told-reasons.js'

/** What a reason code means, and what helps. Both are whole sentences. */
export interface Explanation {
  readonly code: string
  readonly means: string
  readonly do: string
}

type Words = readonly [means: string, toDo: string]

const VERDICT: Readonly<Record<(typeof REASON_CODES)[number], Words>> = {
  open_escalation: [
    'A question blocks the room, and nobody answered it yet.',
    'Answer it: rally status shows the question and the command.',
  ],
  unresolved_verdict: [
    'A coordination file has an entry whose verdict stops the work.',
    'Settle that step in the coordination file; rally status --json shows which.',
  ],
  task_blocked: [
    'The newest heartbeat of your task says blocked.',
    'Report when it goes on: rally heartbeat --help shows how.',
  ],
  task_needs_attention: [
    'The newest heartbeat of your task asks for attention.',
    'Settle what it names, then report: rally heartbeat --help shows how.',
  ],
  collision: [
    'Two live sessions edit one file in one working tree within 15 minutes: the later save wins.',
    'Agree who edits it, or let one of them work in a worktree of its own.',
  ],
  claim_edited: [
    'A file that one session claimed, or says it owns, is edited by another one.',
    'Ask the holder, or wait until the claim ends: rally claims lists them.',
  ],
  changed_since_read: [
    'A file changed after the session edited it, and the session did not change it.',
    'Read the file again before you edit it.',
  ],
  task_wrong_task: [
    'The newest heartbeat is of another task than the one that was asked about.',
    'Report the right task: rally heartbeat --help shows how.',
  ],
  task_missing: ['No heartbeat of the task was ever written.', 'Report it: rally heartbeat --help shows how.'],
  task_drift_risk: [
    'The heartbeat says that the session is not on its task any more.',
    'Return to the task, or say what changed: rally heartbeat --help shows how.',
  ],
  task_stale_check_in: [
    'The next heartbeat of the task is overdue.',
    'Report progress: rally heartbeat --help shows how.',
  ],
  changed_outside_owned: [
    'Git shows changed files that no live session has in flight and that the asking agent does not own.',
    'Look at them with git status; name your own with --owned-files.',
  ],
  changes_unknown: ['Git did not answer in time, so that changed files are not known.', 'Ask again: rally status.'],
}

const TOLD: Readonly<Record<(typeof TOLD_REASONS)[number], Words>> = {
  collision: VERDICT.collision,
  'merge-risk': [
    'Another session edits the same file in another working tree: both changes meet when they are merged.',
    'Agree who changes what, or merge early.',
  ],
  claim: [
    'Another session claimed the file ahead of its work, and the claim holds.',
    'Ask the holder, or wait until the claim ends: rally claims lists them.',
  ],
  'lost-claim': [
    'A claim of the session ended, or was given to another one, before it edited the file.',
    'Claim it again, or choose other files: rally claims lists who has what.',
  ],
  git: [
    'A command would change files, or the branch, under others who work in the same working tree.',
    'Ask them first: rally status shows who is here.',
  ],
  drift: VERDICT.changed_since_read,
  branch: [
    'The branch of the working tree changed since the session last acted.',
    'Look at git status and git log before you go on.',
  ],
  denied: [
    'The edit was refused, because another live session of this working tree took the file first (hooks.collision is deny).',
    'Wait until it gives the file back, or ask it: rally status shows who.',
  ],
  question: ['A question blocks the room.', 'Answer it: rally status shows the command.'],
  answer: ['A question that blocked the room was answered.', 'Go on with your work.'],
  shared: [
    'Another process has the same conversation open, so that both may edit.',
    'Close one of them, or agree who edits.',
  ],
  greeting: ['The session began, or its context was emptied: it is told who else is here.', 'Nothing is to be done.'],
  message: ['A message for the session was waiting.', 'Answer it, then acknowledge it: rally ack-inbox does.'],
  waiting: ['Messages were waiting that did not fit into the text.', 'Read them: rally inbox read.'],
  change: ['Others wrote records since the session last looked.', 'Look: rally checkpoint shows them.'],
}

/** What commands tell a session, where hooks have nothing to do with it. */
const BY_COMMANDS: Readonly<Record<'guard', Words>> = {
  guard: [
    'A commit would take files along that another live session works on in the same working tree, or claimed (rally guard in the pre-commit hook).',
    'Commit your own files by name, or ask the other one: rally guard shows whose they are.',
  ],
}

/** All codes, those of the verdict first. */
export const EXPLAINED_CODES: readonly string[] = [
  ...new Set<string>([...REASON_CODES, ...TOLD_REASONS, ...Object.keys(BY_COMMANDS)]),
]

/** What a code means; undefined for a word that is none. Codes of later versions are not known here. */
export function explain(word: string): Explanation | undefined {
  const code = EXPLAINED_CODES.find((one) => keyOf(one) === keyOf(word))
  const words =
    code === undefined ? undefined : ({ ...BY_COMMANDS, ...TOLD, ...VERDICT } as Readonly<Record<string, Words>>)[code]
  return code === undefined || words === undefined ? undefined : { code, means: words[0], do: words[1] }
}

function keyOf(word: string): string {
  return word.trim().toLowerCase().replaceAll('_', '-')
}
