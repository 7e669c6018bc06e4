import type { HeldName } from '../../model/held-name.js'
import type { Presence } from '../../model/presence.js'
import type { TellingRecord } from '../../model/telling.js'
import { text } from '../../readers.js'
import { isPerson, PERSON_TOOL, personName } from '../roster/person.js'
import { sessionNames, shownId } from '../roster/shown-names.js'
import { isForTool } from './make-message.js'
import type { Reported } from './reported.js'
import type { SentMessage, SentState } from './sent-messages.js'

/** What is known of whom a message may have reached. */
export interface Known {
  readonly sessions: readonly Presence[]
  readonly held: readonly HeldName[]
  /** Of this message alone, as the reports. */
  readonly tellings: readonly TellingRecord[]
  readonly reports: readonly Reported[]
  readonly state: SentState
}

/** Somebody that a message names. */
export interface KnownRecipient {
  readonly id: string
  readonly name: string
  readonly tool: string
  readonly presence: Presence | undefined
}

/** Whom a message names, as far as they were ever here: the session alone, or those of its tool, or everybody but the sender. */
export function recipientsOf(message: SentMessage, known: Known): KnownRecipient[] {
  const { sessions, held, tellings, reports, state } = known
  const names = sessionNames(sessions)
  const nameOf = (id: string) =>
    names.get(id) ??
    tellings.find(({ session }) => session === id)?.name ??
    reports.find(({ session_id }) => session_id === id)?.name ??
    heldName(id, held) ??
    personName(id) ??
    shownId(id)
  const answerers = state.messages.filter(({ reply_to }) => reply_to === message.id)
  const toolOf = (id: string) =>
    text(sessions.find(({ session_id }) => session_id === id)?.tool) ??
    tellings.find(({ session }) => session === id)?.tool ??
    reports.find(({ session_id }) => session_id === id)?.tool ??
    answerers.find(({ session_id }) => session_id === id)?.from
  const row = (id: string): KnownRecipient => {
    const presence = sessions.find(({ session_id }) => session_id === id)
    const tool = presence?.tool === 'reader' ? message.to : (toolOf(id) ?? message.to)
    return { id, name: nameOf(id), tool, presence }
  }
  if (message.to_session_id !== null) return [row(message.to_session_id)]
  const isMeant = (tool: string) => isForTool(message.to, tool)
  // A person is no session: those who wrote something are known, and the box of people is theirs.
  const people = message.to === PERSON_TOOL ? [...sessions.filter(isPerson), ...state.messages.filter(isOfPerson)] : []
  const ids = [
    ...sessions.filter((one) => isMeant(one.tool) && !isPerson(one) && one.tool !== 'reader' && wasThere(one, message)),
    ...tellings.map(({ session }) => ({ session_id: session })),
    ...reports,
    ...answerers,
    ...people,
  ].flatMap(({ session_id }) => session_id ?? [])
  return [...new Set(ids)].filter((id) => id !== message.session_id).map(row)
}

function isOfPerson({ session_id }: SentMessage): boolean {
  return session_id !== null && personName(session_id) !== undefined
}

/** A session that had fallen silent long before is not a recipient; one that began later is when it was told. */
function wasThere({ last_seen, heartbeat_ts }: Presence, { ts }: SentMessage): boolean {
  return Math.max(last_seen ?? 0, heartbeat_ts ?? 0) >= ts - 3600
}

/** What a session was called, also after its end. */
export function heldName(id: string, held: readonly HeldName[]): string | undefined {
  return held.find(({ session_id }) => session_id === id)?.name
}
