import type { PictureMessage } from '../../model/room-picture.js'
import { obj, str, text } from '../../readers.js'
import { eventIdOfMessage } from '../../rules/inbox/message-ids.js'
import { orderingTime } from '../../rules/inbox/message-order.js'
import { summarizeMessage } from '../../rules/inbox/summarize-message.js'
import type { RoomState } from '../../rules/log/room-state.js'
import type { NameOf } from '../../rules/picture/facts.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import { epochOf } from '../../rules/text/recency.js'
import type { RoomContext } from '../context.js'

/** So many messages a picture shows. */
const SHOWN = 5
/** A room with more boxes than this is not looked through for a picture. */
const MOST_BOXES = 64

/** The last few messages of every box, as stored. Reads the ends of the boxes only. */
export async function readLastMessages(ctx: RoomContext): Promise<readonly unknown[]> {
  const { inbox } = ctx.transport
  const boxes = (await inbox.boxes()).slice(0, MOST_BOXES)
  const pages = await Promise.all(
    boxes.map(async (box) => {
      const { count } = await inbox.size(box)
      return count === 0 ? [] : inbox.read(box, Math.max(0, count - SHOWN))
    }),
  )
  const now = ctx.clock.now()
  return pages
    .flat()
    .map(({ message }) => message)
    .filter((message) => message !== null)
    .sort((a, b) => orderingTime(a.ts, now) - orderingTime(b.ts, now))
    .slice(-SHOWN)
}

interface Named {
  readonly nameOf: NameOf
  /** The newest records: a message's number is that of the record which goes with it. */
  readonly changes: RoomState['changes']
}

/** Messages as a picture shows them, oldest first. */
export function newestMessages(messages: readonly unknown[], { nameOf, changes }: Named): PictureMessage[] {
  return messages.map((message) => {
    const stored = obj(message)
    const { id, from, to, preview, kind } = summarizeMessage(message)
    const recipient = text(stored.to_session_id)
    return {
      id,
      number: numberOf(id, changes),
      from: nameOf(str(stored.from_session_id), from),
      to: recipient === undefined ? cleanLine(to) : nameOf(recipient, to),
      text: cleanLine(preview ?? kind),
      at: epochOf(stored.ts) ?? null,
      ladder: null,
    }
  })
}

function numberOf(id: string, changes: RoomState['changes']): number | null {
  const event = eventIdOfMessage(id)
  return (event === undefined ? undefined : changes.find(({ event_id }) => event_id === event))?.revision ?? null
}
