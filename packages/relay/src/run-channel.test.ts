import type { Transport } from '@rally/core/ports/transport'
import { expect, it, vi } from 'vitest'
import { createWorld } from '../test/relay-world.js'
import { type RunChannelOptions, runChannel } from './run-channel.js'

const soon = (check: () => unknown) => vi.waitFor(async () => void (await check()), { timeout: 60_000, interval: 5 })

function running(options: Partial<RunChannelOptions> = {}) {
  const ending = new AbortController()
  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms / 50)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  const online = { up: true, onChange: () => () => undefined }
  return { ending, options: { signal: ending.signal, sleep, online, ...options } }
}

it('is behind until what people wrote is there, and says how much waits', async () => {
  const world = await createWorld(['a'])
  await world.post('a', 1)
  const { relay } = world.machine('a')
  if (relay === undefined) throw new Error('no relay')
  const { ending, options } = running()
  const one = runChannel(relay, options)
  expect(await one.status()).toMatchObject({ state: 'behind', waiting_out: 1, current_at: null })
  await soon(async () => expect(await one.status()).toMatchObject({ state: 'current', waiting_out: 0, exported: 1 }))
  expect((await one.status()).current_at).toBe(world.clock)
  ending.abort()
  await one.done
})

it.each(['home', 'hub'] as const)('goes on when it cannot watch %s, says so, and watches again', async (side) => {
  const world = await createWorld(['a'])
  let left = 2
  const failing = (room: Transport): Transport => ({
    ...room,
    watch: (...args) => (left-- > 0 ? Promise.reject(new Error('too many watches')) : room.watch(...args)),
  })
  if (side === 'hub') world.hub = failing(world.hub)
  world.wrapHome('a', side === 'home' ? failing : (home) => home)
  const { relay, events } = world.machine('a')
  if (relay === undefined) throw new Error('no relay')
  const { ending, options } = running()
  const one = runChannel(relay, options)
  const failed = { event: 'watch-failed', side, reason: 'too many watches' }
  await soon(() => expect(events).toEqual([failed, failed]))
  await soon(() => expect(left).toBeLessThan(0))
  await world.post('a', 1)
  await soon(async () => expect(await world.texts('hub')).toEqual(['a1']))
  ending.abort()
  await one.done
})
