import { safeName } from '../../ids.js'

/** The tool of everybody who types commands outside of a host, and the box of mail for people. */
export const PERSON_TOOL = 'human'

const LONGEST_ID = 128

/** The session id of a person: `human.<user>`, the user's name made safe like a tool id. */
export function personSessionId(user: string): string {
  return `${PERSON_TOOL}.${safeName(user)}`.slice(0, LONGEST_ID)
}

/** Whether a record, a session or a message's author is a person. A person is no agent: never a peer that edits, never stale. */
export function isPerson(who: { readonly tool?: unknown }): boolean {
  return who.tool === PERSON_TOOL
}

/** The user's name in a person's session id; undefined for any other id. */
export function personName(sessionId: string): string | undefined {
  return sessionId.startsWith(`${PERSON_TOOL}.`) ? sessionId.slice(PERSON_TOOL.length + 1) : undefined
}
