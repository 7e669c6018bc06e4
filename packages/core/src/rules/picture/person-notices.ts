import type { RoomPicture } from '../../model/room-picture.js'
import { PERSON_TOOL } from '../roster/person.js'
import { cleanLine } from '../text/peer-text.js'

/** What a person is told of without looking: the room is blocked, somebody asks, an agent fell silent, two edit one file. */
const NOTICE_KINDS = ['blocked', 'asked', 'silent', 'collision'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export interface PersonNotice {
  readonly kind: NoticeKind
  /** The same as long as the matter is the same. */
  readonly key: string
  /** One line, cleaned. */
  readonly text: string
}

/** Reasons for the state of a room, by what they are to a person. How the tasks of all agents stand is told by `taskNotices`. */
const KIND_OF: Readonly<Record<string, NoticeKind>> = {
  open_escalation: 'blocked',
  unresolved_verdict: 'blocked',
  collision: 'collision',
  claim_edited: 'collision',
}

/** Everything in a picture that a person may want to be told of. What agents hand over to each other is not the person's to answer. */
export function personNotices({
  verdict,
  questions,
  agents,
}: Pick<RoomPicture, 'verdict' | 'questions' | 'agents'>): PersonNotice[] {
  const reasons = verdict.because.flatMap(({ code, text, session = '', files = [] }): PersonNotice[] => {
    const kind = KIND_OF[code]
    return kind === undefined
      ? []
      : [{ kind, key: `${code} ${session} ${[...files].sort().join(' ')}`, text: cleanLine(text) }]
  })
  const asked = questions
    .filter(({ kind, to }) => {
      if (kind === 'ask') return !agents.some(({ name, tool }) => name === to || tool === to)
      return kind === 'handoff' && to === PERSON_TOOL
    })
    .map(({ id, from, text, answer_with }): PersonNotice => {
      return { kind: 'asked', key: `asked ${id}`, text: `${cleanLine(from)} asks: ${cleanLine(text)} (${answer_with})` }
    })
  const silent = agents
    .filter(({ state, files }) => state === 'silent' && files.length > 0)
    .map(({ session_id, name, task }): PersonNotice => {
      const about = task === '' ? '' : ` (${cleanLine(task)})`
      return { kind: 'silent', key: `silent ${session_id}`, text: `${cleanLine(name)}${about} has fallen silent` }
    })
  return [...reasons, ...asked, ...silent]
}
