import { expect, it } from 'vitest'
import { completeNews, shortenNews } from './page-news.js'
import type { BoardMessage, RoomNews } from './room-news.js'

const message = (id: string, text = id) => ({ id, text }) as BoardMessage
const news = (...messages: BoardMessage[]) =>
  ({ person: 'ann', entries: [], missing: [], messages }) as unknown as RoomNews

it('a page is told a message once, again when it changed, and has all of them all the time', () => {
  const [shorten, complete] = [shortenNews(), completeNews()]
  const [a, b, c] = [message('a'), message('b'), message('c')]
  const tell = (...messages: BoardMessage[]) => {
    const sent = shorten(news(...messages))
    return [
      sent.changed.length,
      complete(JSON.parse(JSON.stringify(sent)))
        .messages.map(({ text }) => text)
        .join(' '),
    ]
  }
  expect(tell()).toEqual([0, ''])
  expect(tell(a, b)).toEqual([2, 'a b'])
  expect(tell(a, b)).toEqual([0, 'a b'])
  expect(tell(a, message('b', 'b acknowledged'), c)).toEqual([2, 'a b acknowledged c'])
  // The oldest of many falls out.
  expect(tell(message('b', 'b acknowledged'), c)).toEqual([1, 'b acknowledged c'])
  expect(tell()).toEqual([0, ''])
})

it('where nothing changed the list stays the same one, so that nothing is drawn again', () => {
  const [shorten, complete] = [shortenNews(), completeNews()]
  const one = news(message('a'))
  expect(complete(shorten(one)).messages).toBe(complete(shorten(one)).messages)
})
