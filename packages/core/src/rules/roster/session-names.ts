import type { HeldName } from '../../model/held-name.js'

/** A name is not given to another session for so long (seconds) after its session ended. */
const NAME_REST_SECS = 24 * 3600
/** So many numbers are tried before a room is given up: far more sessions than end in a day. */
export const MOST_NUMBERS = 10_000

const LONGEST_WORD = 24

/** `claude-1`; `claude-1.2` for a session that another one started. A machine may follow: `claude-1@laptop`. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?-[0-9]{1,6}[a-z]?(?:\.[0-9]{1,6}){0,8}$/

/** Whether a text may be a session's name, and so the name of a file. */
export function isSessionName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100 && NAME.test(value)
}

/**
 * What comes before the number: the word that the host declares, else its id in small letters; of a session that another
 * one started the name of that one.
 */
export function nameStem(tool: string, known: { word?: string | undefined; parent?: string | undefined } = {}): string {
  if (isSessionName(known.parent)) return `${known.parent}.`
  const word = (known.word ?? tool)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_WORD)
    .replace(/^-+|-+$/g, '')
  return `${word === '' ? 'agent' : word}-`
}

/**
 * The name of another process that has a session's conversation open: `claude-1b` beside `claude-1`, by the number at the end
 * of its id. Undefined for a session that is no such writer.
 */
export function writerName(
  first: string | undefined,
  { sessionId, conversation }: { readonly sessionId: string; readonly conversation: string },
): string | undefined {
  const number = sessionId.startsWith(`${conversation}.`) ? sessionId.slice(conversation.length + 1) : ''
  if (first === undefined || !/-[0-9]+$/.test(first) || !/^[2-9]$/.test(number)) return undefined
  return `${first}${String.fromCharCode('a'.charCodeAt(0) + Number(number) - 1)}`
}

/**
 * Whether a name may be given to another session: its own ended a day ago, or is not in the room any more and has held
 * it for a day (somebody took its record away without saying that it ended).
 */
export function isFreeAgain(held: HeldName, { now, isHere }: { now: number; isHere: boolean }): boolean {
  if (held.ended_at !== null) return now - held.ended_at >= NAME_REST_SECS
  return !isHere && now - held.at >= NAME_REST_SECS
}

/** The name that a session holds or held last; of several (two starts at one instant) always the same one. */
export function ownName(names: readonly HeldName[], sessionId: string): HeldName | undefined {
  const own = names.filter((held) => held.session_id === sessionId)
  return own.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))[0]
}
