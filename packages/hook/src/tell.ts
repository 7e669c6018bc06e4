import type { Moment, MomentReply } from '@rally/core/model/moment'
import {
  advanceBox,
  type BoxPage,
  type Collision,
  type Composed,
  composeReply,
  isNewCollision,
  isNewLine,
  isPressing,
  type Listener,
  type NewsLine,
  NOTHING_TOLD,
  type Notice,
  newContext,
  noticeNews,
  noticesHeard,
  type Pending,
  pendingMessages,
  recordTelling,
  type TellingFacts,
  type Told,
  warnedOf,
  withNumbers,
} from '@rally/core/moments'
import type { HostCapabilities } from '@rally/core/ports/host'
import { text } from '@rally/core/readers'
import { endOfBoxes, readPages } from '@rally/local/channel-files/inbox-page'
import { readNumbers } from '@rally/local/channel-files/message-numbers'
import { readNotices } from '@rally/local/channel-files/notices'
import { liveCompany, type PeerContext } from '@rally/local/channel-files/peers'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { othersWereHere, readRevision } from '@rally/local/channel-files/revision'
import { appendTelling } from '@rally/local/channel-files/tellings'
import {
  appendWarned,
  forgetWarned,
  readTold,
  readWarned,
  tryLock,
  writeTold,
} from '@rally/local/channel-files/told-file'
import type { Session } from './session.js'

export interface TellingInput {
  readonly moment: Moment
  readonly capabilities: HostCapabilities
  readonly session: Session
  readonly ctx: PeerContext
  readonly collisions: readonly Collision[]
  readonly lines: readonly NewsLine[]
}

/** A reply that is ready to be written, and how to note afterwards what was said in it. */
export interface Telling {
  readonly reply: MomentReply
  /** Since when what the warnings in it speak of is so: two replies of the same words may speak of two edits. */
  readonly about: string
  /** `said`, `denied`, `quiet`, or `busy`: there was more, but another hook of this session was telling it. */
  readonly code: string
  /** To be called when the reply was written, and only then. */
  confirm(): void
  /** Gives the session's lock back, written or not. */
  end(): void
}

/** Why there may be something to say. */
export interface ToTell {
  /** Collisions that refuse the edit. */
  readonly denied: readonly Collision[]
  /** Collisions that are said unless they were said before. */
  readonly candidates: readonly Collision[]
  /** Warnings of one line each, said unless that was said before. */
  readonly lines: readonly NewsLine[]
  /** The session is greeted, or its boxes grew. */
  readonly wantsMore: boolean
  /** What the session was told before. */
  readonly told: Told | undefined
}

/**
 * What is said, and how to note it. Warnings need no lock: two hooks that run at once speak of two edits. Greeting and
 * messages are told by whoever gets the lock; it is never waited for.
 */
export function tell(input: TellingInput, { denied, candidates, lines, wantsMore, told }: ToTell): Telling {
  const { capabilities, session, ctx } = input
  const warned = candidates.length + lines.length === 0 ? [] : readWarned(ctx.root, ctx.self.sessionId)
  const collisions = candidates.filter((collision) => isNewCollision(collision, warned))
  const unlock = wantsMore ? tryLock(ctx.root, ctx.self.sessionId) : undefined
  const more = unlock === undefined ? undefined : readMore(input)
  const options = { now: ctx.now, tool: ctx.self.tool, settings: session.settings, capabilities }
  const news = { collisions, denied, lines: lines.filter((one) => isNewLine(one, warned)), ...more?.news }
  const composed = composeReply(news, options)
  const { context: words, ...rest } = composed.reply
  return {
    reply: goesOn(input) && words !== undefined ? { ...rest, goOn: words } : composed.reply,
    about: [...composed.collisions, ...composed.lines.map((line) => line.warned)].map(({ since }) => since).join(),
    code: codeOf(composed.reply, wantsMore && unlock === undefined),
    confirm() {
      const { root, self } = ctx
      const telling = recordTelling(news, composed, { ...factsOf(input), context: (more?.told ?? told)?.context ?? 0 })
      if (telling !== undefined && session.settings.historyDays > 0) appendTelling(root, telling)
      if (more?.again === true) forgetWarned(root, self.sessionId)
      appendWarned(root, self.sessionId, [
        ...warnedOf(composed.collisions),
        ...composed.lines.flatMap(({ warned, also = [] }) => [warned, ...also]),
      ])
      if (more !== undefined) writeTold(root, self.sessionId, toldAfter(more, composed, input))
    },
    end: () => unlock?.(),
  }
}

/** Who is told, and when. */
function factsOf({ moment, session, ctx: { self, now, root } }: TellingInput): Omit<TellingFacts, 'context'> {
  // A session that entered with this moment has its record by now.
  const presence = session.stored ?? readPresence(root, self.sessionId)
  return { now, self, name: text(presence?.name), moment: moment.name }
}

/** Whether the session is to be greeted at this moment. */
export function greets({ moment }: TellingInput, told: Told | undefined): boolean {
  if (moment.name === 'turn-end') return false
  return moment.name === 'session-start' || moment.name === 'child-start' || (told?.greeted ?? null) === null
}

/** Whether the turn that ends may go on with what waits: only where the user wants it and the host can. */
export function goesOn({ moment, capabilities, session }: TellingInput): boolean {
  const isWanted = session.settings.turnEnd === 'messages' && capabilities.goesOn === true
  return moment.name === 'turn-end' && isWanted && !session.isChild
}

/** A session hears whatever it was not told yet. A subagent hears what is urgent or for it alone; the rest is its parent's. */
export function hearsUrgentOnly({ session }: TellingInput): boolean {
  return session.isChild
}

/** Whether the model has lost what it was told: its context was emptied, or cut down to a summary. */
export function isNewContext({ name, source }: Moment): boolean {
  return name === 'session-start' && (source === 'compact' || source === 'clear')
}

/** What the told state decides: the greeting and messages, read under the lock. */
interface More {
  readonly told: Told
  readonly greets: boolean
  readonly pages: readonly BoxPage[]
  readonly revision: number
  readonly notices: { readonly all: readonly Notice[]; readonly size: number }
  /** The context began with this moment. */
  readonly again: boolean
  readonly news: Pick<Parameters<typeof composeReply>[0], 'greeting' | 'shared' | 'change' | 'messages' | 'notices'>
}

function readMore(input: TellingInput): More {
  const { ctx, session } = input
  const { root, self } = ctx
  const stored = readTold(root, self.sessionId) ?? NOTHING_TOLD
  const greeting = greets(input, stored)
  const isNew = stored.greeted === null
  // A subagent lives for one task: what was written before it came is its parent's to hear.
  const again = isNewContext(input.moment) && !isNew
  const began = again ? newContext(stored, ctx.now) : stored
  const told = session.isChild && isNew ? { ...began, boxes: endOfBoxes(root, self.tool) } : began
  const urgentOnly = hearsUrgentOnly(input)
  const pages = readPages(root, { tool: self.tool, sessionId: self.sessionId, told: told.boxes, urgentOnly })
  const found = pendingMessages(pages, listenerOf(told, input))
  const isEnd = goesOn(input)
  const isHeard = ({ message }: Pending): boolean =>
    isEnd ? message.kind === 'ask' : isPressing(message, self.sessionId)
  const messages = urgentOnly || isEnd ? { pending: found.pending.filter(isHeard), passed: [] } : found
  const revision = readRevision(root)
  const notices = readNotices(root)
  const news = {
    messages: messages.pending.length === 0 ? messages : withNumbers(messages, readNumbers(root)),
    ...(isEnd ? {} : { notices: noticeNews(notices.all, { heard: told.notices, again, sessionId: self.sessionId }) }),
  }
  if (!greeting) return { told, greets: false, pages, revision, notices, again, news }
  const company = liveCompany(ctx)
  const tellsChange = !session.isChild && told.revision !== null && revision > told.revision
  const change = tellsChange && (company.count > 0 || othersWereHere(root, self))
  return {
    told,
    greets: true,
    pages,
    revision,
    notices,
    again,
    news: {
      ...news,
      ...(isSecondWriter(session) ? { shared: writersOf(session) } : {}),
      greeting: { peers: company.newest, count: company.count, brief: session.isChild },
      ...(change ? { change: { from: told.revision, to: revision } } : {}),
    },
  }
}

function isSecondWriter({ isChild, conversation, self }: Session): boolean {
  return !isChild && self.sessionId !== conversation
}

/** What this writer and the first one are called. */
function writersOf({ root, conversation, self }: Session): { with: string; as: string } {
  const called = (id: string): string => text(readPresence(root, id)?.name) ?? `session ${id}`
  return { with: called(conversation), as: called(self.sessionId) }
}

function listenerOf({ since }: Told, { ctx }: TellingInput): Listener {
  return { sessionId: ctx.self.sessionId, since }
}

function toldAfter(more: More, composed: Composed, input: TellingInput): Told {
  const { ctx } = input
  const boxes = { ...more.told.boxes }
  for (const page of more.pages) boxes[page.box] = advanceBox(page, composed.messages, listenerOf(more.told, input))
  return {
    ...more.told,
    notices: composed.notices && !goesOn(input) ? noticesHeard(more.notices.all, more.notices.size) : more.told.notices,
    greeted: more.greets ? ctx.now : more.told.greeted,
    revision: composed.change ? more.revision : more.told.revision,
    boxes,
  }
}

function codeOf(reply: MomentReply, busy: boolean): string {
  if (reply.deny !== undefined) return 'denied'
  if (reply.context !== undefined) return 'said'
  return busy ? 'busy' : 'quiet'
}
