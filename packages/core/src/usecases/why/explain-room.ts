import type { RoomPicture } from '../../model/room-picture.js'
import type { TellingRecord } from '../../model/telling.js'
import { eventIdOfMessage } from '../../rules/inbox/message-ids.js'
import { isPerson } from '../../rules/roster/person.js'
import { type Explanation, explain } from '../../rules/why/explanations.js'
import { findRecord, parseReference } from '../log/find-record.js'
import { drawPicture } from '../picture/draw-picture.js'
import { findSession } from '../roster/find-session.js'
import { gatherRoom, type RoomFacts } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/status-input.js'

export interface Why {
  readonly verdict: RoomPicture['verdict']
  readonly tellings: readonly TellingRecord[]
  readonly explanations: readonly Explanation[]
}

/** What is a warning or a refusal, and not only news. */
const WARNINGS: ReadonlySet<string> = new Set([
  'collision',
  'merge-risk',
  'claim',
  'lost-claim',
  'git',
  'guard',
  'drift',
  'branch',
  'denied',
  'shared',
  'question',
])
/** So many of them are explained, unless one was asked about. */
const SHOWN = 3

/**
 * Why the room is not clear and why a session was warned: the facts behind it as they were told, with times. `about` is a reason
 * code, a session, or a message or record that somebody was told of; without it the last warnings of the session that asks, or
 * of everybody where a person asks. Undefined when `about` names nothing of these.
 */
export async function explainRoom(
  ctx: StatusContext,
  about: string | undefined,
  input: StatusInput = {},
  known: { readonly dirty?: RoomFacts['dirty'] } = {},
): Promise<Why | undefined> {
  const explained = about === undefined ? undefined : explain(about)
  const { verdict } = drawPicture(ctx, await gatherRoom(ctx, input, { ...known, lastMessages: [] }), input)
  if (explained !== undefined) {
    const because = verdict.because.filter(({ code }) => code === explained.code)
    const tellings = (await tellingsOf(ctx, undefined)).filter(({ reasons }) => reasons.includes(explained.code))
    return { verdict: { ...verdict, because }, tellings: tellings.slice(-SHOWN), explanations: [explained] }
  }
  const tellings = await chooseTellings(ctx, about)
  if (tellings === undefined) return undefined
  const codes = new Set([...verdict.because.map(({ code }) => code), ...tellings.flatMap(({ reasons }) => reasons)])
  return { verdict, tellings, explanations: [...codes].flatMap((code) => explain(code) ?? []) }
}

async function chooseTellings(ctx: StatusContext, about: string | undefined): Promise<TellingRecord[] | undefined> {
  if (about === undefined) {
    const asks = ctx.session === undefined || isPerson(ctx.session) ? undefined : ctx.session.sessionId
    return (await tellingsOf(ctx, asks)).filter(isWarning).slice(-(asks === undefined ? SHOWN : 1))
  }
  const session = await findSession(ctx.transport, about)
  if (session !== undefined) {
    const all = await tellingsOf(ctx, session.sessionId)
    const warnings = all.filter(isWarning)
    return (warnings.length > 0 ? warnings : all).slice(-SHOWN)
  }
  const ids = await idsOf(ctx, about)
  const found = (await tellingsOf(ctx, undefined)).filter(
    ({ messages, records }) =>
      records.some((id) => ids.has(id)) || messages.some((id) => ids.has(id) || ids.has(eventIdOfMessage(id) ?? id)),
  )
  return found.length > 0 || ids.size > 1 ? found : undefined
}

/** The ids of a message or record by which a telling may know it. */
async function idsOf(ctx: StatusContext, about: string): Promise<Set<string>> {
  const record = await findRecord(ctx, parseReference(about))
  const message = record?.payload.message_id
  return new Set([
    about.trim(),
    ...(record?.event_id === undefined ? [] : [record.event_id]),
    ...(typeof message === 'string' ? [message] : []),
  ])
}

async function tellingsOf(
  { activity }: StatusContext,
  sessionId: string | undefined,
): Promise<readonly TellingRecord[]> {
  return (await activity?.tellings(sessionId === undefined ? {} : { sessions: [sessionId] })) ?? []
}

function isWarning({ reasons }: TellingRecord): boolean {
  return reasons.some((reason) => WARNINGS.has(reason))
}
