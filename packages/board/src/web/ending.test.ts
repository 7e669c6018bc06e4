import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, expect, it, vi } from 'vitest'
import type { RoomStream } from '../stream/room-stream.js'
import { Ending } from './ending.js'
import { Pages } from './pages.js'

afterEach(() => vi.useRealTimers())

it('ends after an hour without a page, and never while one looks', async () => {
  vi.useFakeTimers({ now: 0 })
  const stream = { listen: () => () => {} } as unknown as RoomStream
  const pages = new Pages(stream, () => Date.now() / 1000)
  const response = Object.assign(new EventEmitter(), { writeHead() {}, write() {}, writableLength: 0 })
  const ending = new Ending()
  let ended = false
  void ending.wait({ idleSecs: () => pages.idleSecs }).then(() => {
    ended = true
  })
  const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * 60_000)
  await pass(30)
  pages.open(response as unknown as ServerResponse, {})
  await pass(600)
  expect(ended).toBe(false)
  response.emit('close')
  await pass(59)
  expect(ended).toBe(false)
  await pass(1)
  expect(ended).toBe(true)
  ending.close()
})

it('hears a signal from the moment it is made until it is closed, and not after', async () => {
  const before = process.listenerCount('SIGHUP')
  const ending = new Ending()
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  await ending.wait({ idleSecs: () => 0 })
  ending.close()
  expect(process.listenerCount('SIGHUP')).toBe(before)
})
