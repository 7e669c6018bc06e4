import * as Flags from '@oclif/core/flags'

export { parseCsv, roomFlags, type SessionFlags, sessionFlags } from '@rally/plugin-kit/commands'

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

/** For the picture of the room. */
export const allFlag = {
  all: Flags.boolean({ summary: 'Every agent, also those that are silent or gone.' }),
}
