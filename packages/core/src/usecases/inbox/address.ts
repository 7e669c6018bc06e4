import { RallyError } from '../../errors.js'
import type { Hearer } from '../../model/outputs/sent-message.js'
import type { Presence } from '../../model/presence.js'
import { str } from '../../readers.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import {
  type HostWords,
  type Recipient,
  type RecipientFacts,
  type Resolution,
  resolveRecipient,
  resolveTool,
} from '../../rules/inbox/recipient.js'
import { readSeat } from '../../rules/lead/lead-lease.js'
import { authorOf } from '../../rules/log/author.js'
import { listPeers } from '../../rules/presence/active-peers.js'
import { PERSON_TOOL, personName } from '../../rules/roster/person.js'
import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { LEAD } from '../lead/lead-seat.js'
import { readLifeTimes } from '../presence/life-times.js'
import type { StatusContext } from '../status/status-input.js'

/** Where a message goes and who will hear it. */
export interface Addressed {
  /** The box: a tool's id, `all`, or `human`. */
  readonly to: string
  /** The one session that is meant. */
  readonly toSessionId?: string | undefined
  /** What the recipient is called: a name, a tool, `all`. */
  readonly name: string
  readonly recipients: readonly Hearer[]
}

export interface AddressOptions {
  /** Take a word that names nobody for a tool that was never seen here. Left out where nobody can ask for it: the advice does not name it then. */
  readonly unseen?: boolean | undefined
  /** Only a tool can be meant, and any word is one: the rule of the existing system's `--to-tool`. */
  readonly toolOnly?: boolean | undefined
}

const LISTED = 8

/**
 * Who is meant by a recipient as somebody types it. Throws NO_SUCH_RECIPIENT for a word that names nothing known, and for
 * `lead` where nobody leads; `details` say what is near and who is here.
 */
export async function address(ctx: StatusContext, word: string, options: AddressOptions = {}): Promise<Addressed> {
  const facts = await gatherFacts(ctx)
  const recipient = options.toolOnly ? toolOf(word, facts) : await findRecipient(ctx, word, { facts, ...options })
  const live = await liveSessions(ctx, facts.sessions)
  const names = sessionNames(facts.sessions)
  return {
    to: recipient.box,
    toSessionId: 'sessionId' in recipient ? recipient.sessionId : undefined,
    name: 'name' in recipient ? recipient.name : recipient.box,
    recipients: hearersOf(recipient, live, { names, hosts: facts.hosts, selfId: ctx.session?.sessionId }),
  }
}

/** `--to-tool`: `all`, a tool by any of its words, else the word as it was typed. */
function toolOf(word: string, facts: RecipientFacts): Recipient {
  if (word === BROADCAST) return { kind: 'all', box: BROADCAST }
  return { kind: 'tool', box: resolveTool(word, facts) ?? word }
}

async function findRecipient(
  ctx: StatusContext,
  word: string,
  { facts, ...options }: AddressOptions & { facts: RecipientFacts },
): Promise<Recipient> {
  const first = resolveRecipient(word, facts)
  if (first.found !== undefined) return first.found
  // Whoever wrote here once is known, also when nothing else is left of them.
  const seen = await seenInLog(ctx)
  const again = resolveRecipient(word, {
    ...facts,
    tools: [...facts.tools, ...seen.tools],
    persons: [...facts.persons, ...seen.persons],
  })
  if (again.found !== undefined) return again.found
  if (options.unseen) return { kind: 'tool', box: word }
  throw await noSuchRecipient(ctx, word, { facts, resolution: again, unseen: 'unseen' in options })
}

async function gatherFacts(ctx: StatusContext): Promise<RecipientFacts> {
  const { sessions, names, inbox, leases } = ctx.transport
  const [everybody, held, boxes, lease, hosts] = await Promise.all([
    sessions.list(),
    names.list(),
    inbox.boxes(),
    leases.read(LEAD),
    ctx.hostWords?.() ?? [],
  ])
  const seat = readSeat(lease?.value, ctx.clock.now(), lease?.writtenAt)
  const tools = everybody.map(({ tool }) => str(tool)).filter((tool) => tool !== 'reader' && tool !== '')
  const persons = everybody.map(({ session_id }) => session_id).filter((id) => personName(str(id)) !== undefined)
  const here = [ctx.person?.(), ctx.session?.tool === PERSON_TOOL ? ctx.session.sessionId : undefined]
  return {
    sessions: everybody,
    names: held,
    hosts,
    tools: [...new Set([...tools, ...boxes.filter((box) => box !== BROADCAST)])],
    persons: [...persons, ...here.filter((id) => id !== undefined)],
    lead: seat.state === 'held' ? seat.sessionId : undefined,
  }
}

/** Looked for only when everything else failed: reads the whole log. */
async function seenInLog(ctx: StatusContext): Promise<{ tools: readonly string[]; persons: readonly string[] }> {
  return ctx.transport.log.project<{ tools: string[]; persons: string[] }>({
    name: 'seen-authors',
    version: 1,
    transient: true,
    initial: () => ({ tools: [], persons: [] }),
    fold(state, row) {
      const { tool } = row
      const id = authorOf(row)
      if (typeof tool === 'string' && !state.tools.includes(tool)) state.tools.push(tool)
      if (id !== undefined && personName(id) !== undefined && !state.persons.includes(id)) state.persons.push(id)
      return state
    },
  })
}

async function noSuchRecipient(
  ctx: StatusContext,
  word: string,
  {
    facts,
    resolution,
    unseen,
  }: { facts: RecipientFacts; resolution: Resolution & { found: undefined }; unseen: boolean },
): Promise<RallyError> {
  const names = sessionNames(facts.sessions)
  const live = await liveSessions(ctx, facts.sessions)
  const here = live.map(({ session_id: id }) => names.get(id) ?? shownId(id))
  const more = here.length > LISTED ? [`and ${here.length - LISTED} more`] : []
  return new RallyError('NO_SUCH_RECIPIENT', {
    recipient: word,
    several: resolution.several,
    nearest: resolution.nearest,
    here: [...here.slice(0, LISTED), ...more],
    unseen,
  })
}

/** Everybody who lives, the asking session included. */
async function liveSessions(ctx: StatusContext, sessions: readonly Presence[]): Promise<readonly Presence[]> {
  const now = ctx.clock.now()
  const times = await readLifeTimes(ctx.transport.sessions, sessions, now)
  return listPeers(sessions, { now, ...times, hostProcess: ctx.hostProcess })
}

function hearersOf(
  recipient: Recipient,
  live: readonly Presence[],
  { names, hosts, selfId }: Hearing,
): readonly Hearer[] {
  if (recipient.kind === 'person') {
    const { sessionId: session_id, name } = recipient
    return [{ session_id, name, tool: PERSON_TOOL, state: 'person', hears: 'at-start' }]
  }
  if (recipient.kind === 'session') {
    const { sessionId: session_id, name, box: tool } = recipient
    const here = live.find((presence) => presence.session_id === session_id)
    if (here === undefined) return [{ session_id, name, tool, state: 'gone', hears: 'at-start' }]
    return [{ session_id, name, tool, state: 'live', hears: hears(here, hosts) }]
  }
  if (recipient.kind === 'tool' && recipient.box === PERSON_TOOL) {
    return [{ session_id: null, name: null, tool: PERSON_TOOL, state: 'person', hears: 'at-start' }]
  }
  const meant = live.filter(
    ({ session_id, tool }) => session_id !== selfId && (recipient.kind === 'all' || tool === recipient.box),
  )
  if (meant.length === 0 && recipient.kind === 'tool') {
    // Of a tool that no adapter declares there are no hooks that could tell it.
    const isDeclared = hosts.some(({ id }) => id === recipient.box)
    const tool = recipient.box
    return [{ session_id: null, name: null, tool, state: 'absent', hears: isDeclared ? 'at-start' : 'nobody' }]
  }
  return meant.map((presence) => {
    const { session_id, tool } = presence
    const name = names.get(session_id) ?? shownId(session_id)
    return { session_id, name, tool, state: 'live', hears: hears(presence, hosts) }
  })
}

interface Hearing {
  readonly names: ReadonlyMap<string, string>
  readonly hosts: readonly HostWords[]
  readonly selfId: string | undefined
}

const AT_TOOL_CALLS = ['before-edit', 'after-edit'] as const

/** When a live session hears: hooks that wrote its record tell it; one that announced itself has to look. */
function hears({ tool, phase, worktree }: Presence, hosts: readonly HostWords[]): Hearer['hears'] {
  if (worktree === undefined) return 'nobody'
  const moments = hosts.find(({ id }) => id === tool)?.capabilities?.context ?? []
  const works = phase !== 'idle' && AT_TOOL_CALLS.some((moment) => moments.includes(moment))
  return works ? 'next-tool-call' : 'next-prompt'
}
