import type { RoomPicture } from '@rally/core/model/room-picture'
import { cleanLine } from '@rally/core/rules/text/peer-text'

/** The command that answers the escalation which blocks a room; undefined where none is open. */
export function blockingAnswer({ questions }: Pick<RoomPicture, 'questions'>): string | undefined {
  const blocking = questions.find(({ kind }) => kind === 'escalation')
  return blocking && cleanLine(blocking.answer_with)
}
