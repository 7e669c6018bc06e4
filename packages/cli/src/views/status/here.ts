import type { Whereabouts } from '@rally/core/model/outputs/here'
import type { RoomPicture } from '@rally/core/model/room-picture'
import { PERSON_TOOL } from '@rally/core/rules/roster/person'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Terminal } from '../../terminal.js'
import { blockingAnswer } from '../picture/blocking-answer.js'
import { renderPicture } from '../picture/picture.js'
import { wrapLine } from '../text/lines.js'
import { oneOf, who } from '../text/who.js'

/** The whole answer stays within twelve lines. */
const MOST_LINES = 12

/** The room, who is asking where that is an agent, and what to do next, in at most twelve lines. */
export function renderHere(
  where: Whereabouts,
  picture: RoomPicture,
  screen: Terminal & {
    readonly now: number
    readonly ids?: boolean
    readonly all?: boolean
    readonly next?: string | undefined
  },
): string {
  const self = picture.agents.find((agent) => agent.self)
  const step = screen.next ?? blockingAnswer(picture)
  const next = step === undefined ? '' : `next  ${step}`
  const own = [describeYou(where, self?.task ?? '', screen.ids === true), describeUnread(where, self?.task ?? ''), next]
    .filter((line) => line !== '')
    .flatMap((line) => wrapLine(line, screen.columns))
    .map(screen.style.dim)
  return [
    renderPicture(picture, { ...screen, maxLines: screen.all === true ? undefined : MOST_LINES - own.length }),
    ...own,
  ].join('\n')
}

function describeYou(where: Whereabouts, task: string, ids: boolean): string {
  if (where.session_candidates.length > 0) return `you  ${oneOf(where.session_candidates)}`
  if (where.session_id === null) return 'you  an agent that rally cannot tell: --session-id says which'
  if (where.tool === PERSON_TOOL) return `you  a plain shell (${who(where, ids)})`
  return `you  ${who(where, ids)}${task === '' ? '' : `: ${cleanLine(task)}`}`
}

function describeUnread({ session_id, inbox_unread_count: count, tool }: Whereabouts, task: string): string {
  if (session_id !== null && count > 0) return `${count} unread: rally inbox read, then rally ack-inbox`
  const isSilent = session_id !== null && task === '' && tool !== PERSON_TOOL
  return isSilent ? 'rally presence --task "what you are doing" announces you' : ''
}
