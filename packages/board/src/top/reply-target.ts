import type { PictureAgent } from '@rally/core/model/room-picture'
import type { HandoffVerdict } from '../stream/write-as-person.js'
import type { Known } from './view.js'

/** What a reply would answer. */
export interface ReplyTarget {
  /** Its number in the room, else its id. */
  readonly id: string
  readonly from: string
  readonly text: string
}

/**
 * The open question of the selected agent, else the last message that it sent to the person, else the first open question of
 * anybody. Handoffs are accepted or declined, not replied to.
 */
export function findReplyTarget({ news }: Known, selected: PictureAgent | undefined): ReplyTarget | undefined {
  const open = news.picture.questions
    .filter(({ kind }) => kind !== 'handoff')
    .map(({ id, number, from, text }) => ({ id: number === null ? id : String(number), from, text }))
  const person = `human.${news.person}`
  const message = news.messages.findLast(
    ({ session_id: from, recipients }) =>
      from === selected?.session_id && recipients.some(({ session_id }) => session_id === person),
  )
  const said = message && { id: String(message.number), from: message.from_name, text: message.text }
  return open.find(({ from }) => from === selected?.name) ?? (selected === undefined ? undefined : said) ?? open[0]
}

/** A handoff that waits, and what it can be answered with. */
export interface HandoffTarget extends ReplyTarget {
  readonly verdicts: readonly HandoffVerdict[]
}

/** The open handoff of the selected agent, else the first one of anybody. */
export function findHandoff({ news }: Known, selected: PictureAgent | undefined): HandoffTarget | undefined {
  const open = news.picture.questions.filter(({ kind }) => kind === 'handoff')
  const found = open.find(({ from }) => from === selected?.name) ?? open[0]
  if (found === undefined) return undefined
  const { id, number, from, text, answer_with } = found
  // The command that answers it says whether it was accepted.
  const verdicts = answer_with.startsWith('rally handoff done') ? DONE : OPEN
  return { id: number === null ? id : String(number), from, text, verdicts }
}

const OPEN = ['accept', 'decline'] as const
const DONE = ['done', 'decline'] as const
