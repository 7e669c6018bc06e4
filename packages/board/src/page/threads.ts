import type { BoardMessage } from '../stream/room-news.js'

/** Messages with what was answered to them, oldest first; the thread with the newest message first. */
export function threadsOf(messages: readonly BoardMessage[]): readonly (readonly BoardMessage[])[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const rootOf = (message: BoardMessage): string => {
    let root = message
    for (const seen = new Set([root.id]); root.reply_to !== null; ) {
      const above = byId.get(root.reply_to)
      if (above === undefined || seen.has(above.id)) break
      seen.add(above.id)
      root = above
    }
    return root.id
  }
  const threads = new Map<string, BoardMessage[]>()
  for (const message of messages) {
    const root = rootOf(message)
    const thread = threads.get(root) ?? []
    threads.set(root, thread)
    thread.push(message)
  }
  return [...threads.values()].sort((a, b) => (b.at(-1)?.ts ?? 0) - (a.at(-1)?.ts ?? 0))
}
