import type { BoardMessage, NewsForPage, RoomNews } from './room-news.js'

/** Leaves out what one page was told already. */
export function shortenNews(): (news: RoomNews) => NewsForPage {
  let told = new Set<BoardMessage>()
  return ({ messages, ...news }) => {
    const changed = messages.filter((message) => !told.has(message))
    told = new Set(messages)
    return { ...news, changed, ids: messages.map(({ id }) => id) }
  }
}

/** Puts together again what was left out, on one connection. */
export function completeNews(): (news: NewsForPage) => RoomNews {
  let known = new Map<string, BoardMessage>()
  let messages: readonly BoardMessage[] = []
  return ({ changed, ids, ...news }) => {
    const isSame = changed.length === 0 && ids.length === messages.length && ids[0] === messages[0]?.id
    if (!isSame) {
      for (const message of changed) known.set(message.id, message)
      messages = ids.flatMap((id) => known.get(id) ?? [])
      known = new Map(messages.map((message) => [message.id, message]))
    }
    return { ...news, messages }
  }
}
