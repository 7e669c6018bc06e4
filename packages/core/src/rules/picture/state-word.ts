import type { PictureAgent } from '../../model/room-picture.js'

/** What an agent does, in the words of every view. */
export function stateWord({ state, asks_you }: Pick<PictureAgent, 'state' | 'asks_you'>): string {
  return asks_you === true ? 'asks you' : state
}
