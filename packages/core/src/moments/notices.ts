import { formatAge } from '../rules/text/format-age.js'
import { quoteInline, showSession } from './fence.js'
import type { NoticesTold } from './told.js'

/**
 * What stands in the log and concerns everybody: a question that blocks the room, its answer, or that it was taken back.
 * Hooks do not read the log; the notice is the copy that they do read.
 */
export interface Notice {
  readonly revision: number
  readonly eventId: string
  /** Epoch seconds. */
  readonly ts: number
  /** Session that wrote it. */
  readonly by: string
  /** What that is called in the room, where it is known. */
  readonly name?: string | undefined
  /** As the sender wrote it. */
  readonly reason: string
  /** The question that this one answers. */
  readonly answers?: NoticeReference | undefined
  /** The notice that is taken back. */
  readonly retracts?: NoticeReference | undefined
}

export interface NoticeReference {
  readonly revision?: number | undefined
  readonly eventId?: string | undefined
}

/** What of the notices is news to a session. */
export interface NoticeNews {
  readonly questions: readonly Notice[]
  readonly answers: readonly { readonly question: Notice; readonly answer: Notice; readonly isMine: boolean }[]
}

/** So many questions are quoted; `rally status` has the others. */
const MOST_QUESTIONS = 3

/**
 * Open questions of others that this session was not told, and answers to what it asked or was told. With `again` the
 * model has lost what it was told: open questions are news once more.
 */
export function noticeNews(
  notices: readonly Notice[],
  { heard, again, sessionId }: { heard: NoticesTold | null; again: boolean; sessionId: string },
): NoticeNews {
  const told = new Set(heard?.told)
  const open = openQuestions(notices)
  return {
    questions: open.filter((notice) => notice.by !== sessionId && (again || !told.has(notice.revision))),
    answers: notices.flatMap((answer) => {
      if (answer.answers === undefined || answer.by === sessionId || told.has(answer.revision)) return []
      const question = notices.find((one) => isQuestion(one) && names(answer.answers, one))
      if (question === undefined) return []
      const isMine = question.by === sessionId
      return isMine || told.has(question.revision) ? [{ question, answer, isMine }] : []
    }),
  }
}

/** What is noted when everything was said: all that is there. */
export function noticesHeard(notices: readonly Notice[], size: number): NoticesTold {
  return { size, told: notices.map(({ revision }) => revision) }
}

/** A line for each, the block first; the reason cut to `room` characters. */
export function noticeLines(
  { questions, answers }: NoticeNews,
  { now, room }: { now: number; room: number },
): string[] {
  const shown = questions.slice(0, MOST_QUESTIONS)
  const more = questions.length - shown.length
  return [
    ...shown.map(
      (notice) =>
        `rally: the room is blocked: ${nameOf(notice)} asks ${quoteInline(notice.reason, room)}` +
        ` (${formatAge(Math.max(0, now - notice.ts))} ago). If you can decide, answer with: ` +
        `rally escalate --acknowledges ${notice.revision} --reason "…"`,
    ),
    ...(more > 0 ? [`rally: ${more} more open question${more === 1 ? '' : 's'}: rally status`] : []),
    ...answers.map(
      ({ question, answer, isMine }) =>
        `rally: ${isMine ? 'your question' : `the question of ${nameOf(question)}`} ${quoteInline(question.reason, room)}` +
        ` was answered by ${nameOf(answer)}: ${quoteInline(answer.reason, room)}`,
    ),
  ]
}

function openQuestions(notices: readonly Notice[]): Notice[] {
  const closing = notices.flatMap(({ answers, retracts }) => answers ?? retracts ?? [])
  return notices.filter((notice) => isQuestion(notice) && !closing.some((reference) => names(reference, notice)))
}

function isQuestion({ answers, retracts }: Notice): boolean {
  return answers === undefined && retracts === undefined
}

/** An event id travels between machines, a revision does not. */
function names(reference: NoticeReference | undefined, { revision, eventId }: Notice): boolean {
  if (reference?.eventId !== undefined) return reference.eventId === eventId
  return reference?.revision === revision
}

function nameOf({ name, by }: Notice): string {
  return name ?? showSession(by)
}
