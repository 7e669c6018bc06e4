import * as Flags from '@oclif/core/flags'

/** Flags of every command that works in a room. */
export const roomFlags = {
  workdir: Flags.string({
    summary: 'Folder whose repository is meant.',
    helpValue: 'DIR',
    default: '.',
    helpGroup: 'GLOBAL',
  }),
}

/** For messages: whom they reach. */
export const recipientFlags = {
  unseen: Flags.boolean({ summary: 'Deliver also to a word that names nobody here.' }),
}

/** What may stand behind `--to`. */
export const RECIPIENTS = "A session's name or id, a tool, a person, all or lead"

/** For texts that name sessions. */
export const idsFlag = {
  ids: Flags.boolean({ summary: 'Show the ids of sessions beside their names.' }),
}

/** Flags of every command that somebody asks. All optional: without them rally finds out who is asking. */
export const sessionFlags = {
  ...roomFlags,
  'session-id': Flags.string({ summary: 'Session that is asking.', helpValue: 'ID', helpGroup: 'IDENTITY' }),
  tool: Flags.string({
    summary: 'Tool of that session, for example the id of its host.',
    helpValue: 'ID',
    helpGroup: 'IDENTITY',
  }),
  model: Flags.string({ summary: 'Model of that session.', helpGroup: 'IDENTITY' }),
  'run-id': Flags.string({
    summary: 'Run of that session, chosen by the caller.',
    helpValue: 'ID',
    helpGroup: 'IDENTITY',
  }),
}

/** Values of `sessionFlags`. */
export interface SessionFlags {
  readonly workdir: string
  readonly 'session-id'?: string | undefined
  readonly tool?: string | undefined
  readonly model?: string | undefined
  readonly 'run-id'?: string | undefined
}

/** A comma-separated list: blanks around items and empty items dropped. */
export function parseCsv(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
