import { isSafeId } from '../../ids.js'
import { obj, str } from '../../readers.js'
import { isPerson, personName } from '../roster/person.js'
import { isSessionName } from '../roster/session-names.js'

/** What whoever wrote a stored message is called: the session's name, a person's login name; undefined for neither. Safe to show. */
export function senderName(message: { readonly [key: string]: unknown }): string | undefined {
  const session = senderSession(message)
  if (session !== undefined && isPerson({ tool: str(message.from) })) {
    const person = personName(session)
    if (person !== undefined) return person
  }
  return isSessionName(message.from_name) ? message.from_name : undefined
}

/** The session that wrote a stored message, where it says so. */
export function senderSession(message: { readonly [key: string]: unknown }): string | undefined {
  return [message.from_session_id, obj(message.payload).session_id].find(isSafeId)
}
