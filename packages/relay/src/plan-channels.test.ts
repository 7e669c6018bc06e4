import type { Channel } from '@rally/core/model/channel'
import { expect, it } from 'vitest'
import { createNaming } from './plan-channels.js'
import type { RelayMachineContext } from './relay-machine-context.js'

const shop = { app: 'shop' } as Channel

function world() {
  const seen = { now: 1_000, asked: 0 }
  const naming = createNaming({
    clock: { now: () => seen.now },
    files: { naming: async () => ({ configured: `room-${++seen.asked}` }) },
    sha256: () => '0',
    report: () => undefined,
  } as unknown as RelayMachineContext)
  return { seen, naming }
}

it('asks a repository whose channel is relayed once a minute: asking costs a process', async () => {
  const { seen, naming } = world()
  expect((await naming(shop, false)).configured).toBe('room-1')
  for (const now of [1_000, 1_030, 1_059]) {
    seen.now = now
    expect((await naming(shop, true)).configured).toBe('room-1')
  }
  seen.now = 1_060
  expect((await naming(shop, true)).configured).toBe('room-2')
  expect(seen.asked).toBe(2)
})

it('asks at every look where nothing is relayed yet: what a person sets counts at once', async () => {
  const { naming } = world()
  for (const room of ['room-1', 'room-2', 'room-3']) expect((await naming(shop, false)).configured).toBe(room)
})
