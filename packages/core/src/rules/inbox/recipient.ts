import type { HeldName } from '../../model/held-name.js'
import type { MomentName } from '../../model/moment.js'
import type { Presence } from '../../model/presence.js'
import type { HostRing } from '../../ports/host.js'
import { PERSON_TOOL, personName } from '../roster/person.js'
import { nameStem } from '../roster/session-names.js'
import { sessionNames } from '../roster/shown-names.js'
import { editDistance } from '../text/edit-distance.js'
import { BROADCAST } from './make-message.js'

/** What a host is called. */
export interface HostWords {
  readonly id: string
  readonly title: string
  readonly shortName?: string | undefined
  readonly aliases?: readonly string[] | undefined
  /** At which moments it hears; without it nothing is known of that. */
  /** How its idle sessions are rung. */
  readonly ring?: HostRing | undefined
  readonly capabilities?: { readonly context: readonly MomentName[] } | undefined
}

/** What a room knows of those who may be meant. */
export interface RecipientFacts {
  /** All records, of persons and reading positions too. */
  readonly sessions: readonly Presence[]
  /** All names that were given, those of ended sessions included. */
  readonly names: readonly HeldName[]
  /** Declared hosts. */
  readonly hosts: readonly HostWords[]
  /** Tools that were ever seen in the room. */
  readonly tools: readonly string[]
  /** Session ids of persons who were ever seen in the room, and of who asks. */
  readonly persons: readonly string[]
  /** The session that leads. */
  readonly lead: string | undefined
}

/** Who is meant. `box` is where the message goes; for one session its readers show it to that one alone. */
export type Recipient =
  | { readonly kind: 'session' | 'person'; readonly box: string; readonly sessionId: string; readonly name: string }
  | { readonly kind: 'tool' | 'all'; readonly box: string }

export type Resolution =
  | { readonly found: Recipient }
  /** `several` begin so; else `nearest` words that are known here, the most similar first. */
  | { readonly found: undefined; readonly several: readonly string[]; readonly nearest: readonly string[] }

const SHORTEST_BEGINNING = 4
const NEAREST = 3

/**
 * Who is meant by a word, looked up as id of a session, name, `all`, `lead`, tool, person, and last as the only beginning of
 * an id. Letter case, dashes, underscores and blanks do not matter, nor whether a host is called by its title or an alias.
 */
export function resolveRecipient(word: string, facts: RecipientFacts): Resolution {
  const wanted = keyOf(word)
  const found =
    byId(word.trim(), facts) ??
    byName(wanted, facts) ??
    (wanted === BROADCAST ? ({ kind: 'all', box: BROADCAST } as const) : undefined) ??
    (wanted === 'lead' && facts.lead !== undefined ? toSession(facts.lead, facts) : undefined) ??
    byTool(wanted, facts) ??
    byPerson(wanted, facts)
  if (found !== undefined) return { found }
  const beginning = wanted === '' ? [] : beginningWith(word.trim(), facts)
  const [only] = beginning
  if (only !== undefined && beginning.length === 1) return { found: toSession(only, facts) }
  return { found: undefined, several: beginning.slice(0, NEAREST), nearest: nearestWords(wanted, facts) }
}

/** The tool that a word names as id, title, short name or alias of a host, or as one that was seen here. */
export function resolveTool(word: string, facts: Pick<RecipientFacts, 'hosts' | 'tools'>): string | undefined {
  const found = byTool(keyOf(word), facts)
  return found?.box
}

function keyOf(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '')
}

function byId(id: string, facts: RecipientFacts): Recipient | undefined {
  const isKnown = facts.sessions.some(({ session_id }) => session_id === id) || heldBy(id, facts) !== undefined
  if (isKnown || facts.persons.includes(id) || personName(id) !== undefined) return toSession(id, facts)
  return undefined
}

function byName(wanted: string, facts: RecipientFacts): Recipient | undefined {
  const agents = facts.sessions.filter(({ tool }) => tool !== PERSON_TOOL && tool !== 'reader')
  for (const [id, name] of sessionNames(agents)) if (keyOf(name) === wanted) return toSession(id, facts)
  const held = facts.names.find(({ name }) => keyOf(name) === wanted)
  return held === undefined || held.session_id === '' ? undefined : toSession(held.session_id, facts)
}

function byTool(wanted: string, { hosts, tools }: Pick<RecipientFacts, 'hosts' | 'tools'>): Recipient | undefined {
  const exact = [...hosts.map(({ id }) => id), ...tools, PERSON_TOOL].find((id) => keyOf(id) === wanted)
  const named = hosts.find((host) => wordsOf(host).some((one) => keyOf(one) === wanted))
  const tool = exact ?? named?.id
  return tool === undefined ? undefined : { kind: 'tool', box: tool }
}

function wordsOf({ id, title, shortName, aliases = [] }: HostWords): string[] {
  return [id, title, ...(shortName === undefined ? [] : [shortName]), ...aliases]
}

function byPerson(wanted: string, facts: RecipientFacts): Recipient | undefined {
  const known = [...facts.persons, ...facts.sessions.map(({ session_id }) => session_id)]
  const id = known.find((one) => keyOf(personName(one) ?? '') === wanted && wanted !== '')
  return id === undefined ? undefined : toSession(id, facts)
}

function beginningWith(word: string, facts: RecipientFacts): string[] {
  if (word.length < SHORTEST_BEGINNING) return []
  const low = word.toLowerCase()
  const ids = facts.sessions.map(({ session_id }) => session_id)
  return ids.filter((id) => typeof id === 'string' && id.toLowerCase().startsWith(low)).sort()
}

function toSession(id: string, facts: RecipientFacts): Recipient {
  const person = personName(id)
  if (person !== undefined) return { kind: 'person', box: PERSON_TOOL, sessionId: id, name: person }
  const presence = facts.sessions.find(({ session_id }) => session_id === id)
  const held = heldBy(id, facts)
  const name = sessionNames(facts.sessions).get(id) ?? held?.name ?? id
  const tool = presence?.tool === 'reader' ? undefined : presence?.tool
  return { kind: 'session', box: tool || toolOfName(held?.name ?? '', facts), sessionId: id, name }
}

/** The tool of a session that has ended, by the word that it was named after. */
function toolOfName(name: string, { hosts, tools }: RecipientFacts): string {
  const stem = name.replace(/\d+[a-z]?(\.\d+)*$/, '')
  const host = hosts.find(({ id, shortName }) => nameStem(id, { word: shortName }) === stem)
  return host?.id ?? tools.find((tool) => nameStem(tool) === stem) ?? 'unknown'
}

function heldBy(id: string, { names }: RecipientFacts): HeldName | undefined {
  return names.find(({ session_id }) => session_id === id)
}

/** Words that would have been understood, the most similar first. */
function nearestWords(wanted: string, facts: RecipientFacts): string[] {
  const words = [
    ...sessionNames(facts.sessions.filter(({ tool }) => tool !== 'reader')).values(),
    ...facts.hosts.flatMap(({ id, shortName }) => [id, ...(shortName === undefined ? [] : [shortName])]),
    ...facts.tools,
    ...facts.persons.flatMap((id) => personName(id) ?? []),
  ]
  const near = [...new Set(words)].map((word) => ({ word, distance: editDistance(wanted, keyOf(word)) }))
  return near
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
    .slice(0, NEAREST)
    .map(({ word }) => word)
}
