import type { RoomPicture } from '@rally/core/model/room-picture'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Style } from '../../terminal.js'
import { cutEnd, displayWidth } from '../text/display-width.js'
import { plural } from '../text/lines.js'

export interface StatuslineScreen {
  /** Columns at most. */
  readonly width: number
  readonly style: Style
}

/** One line, trouble first: what is wrong, what waits, who is here. Empty where one is alone and nothing is wrong. */
export function renderStatusline(picture: RoomPicture, unread: number, { width, style }: StatuslineScreen): string {
  const { verdict } = picture
  const others = picture.agents.filter(({ state, self }) => !self && state !== 'gone' && state !== 'silent').length
  const rest = [
    unread > 0 ? `${unread} unread` : '',
    picture.questions.length > 0 ? plural(picture.questions.length, 'question') : '',
    others > 0 ? plural(others, 'agent') : '',
  ].filter((part) => part !== '')
  if (verdict.status === 'clear') return cutEnd(rest.join(' · '), width)
  const more = verdict.because.length > 1 ? ` +${verdict.because.length - 1}` : ''
  const tail = [more, ...rest.map((part) => ` · ${part}`)].join('')
  const trouble = `! ${cleanLine(verdict.because[0]?.text ?? verdict.status)}`
  const room = width - displayWidth(tail)
  const paint = verdict.status === 'blocked' ? style.red : style.yellow
  // What is wrong needs the room more than what else there is.
  return room < Math.min(20, displayWidth(trouble))
    ? paint(cutEnd(trouble, width))
    : paint(cutEnd(trouble, room)) + tail
}
