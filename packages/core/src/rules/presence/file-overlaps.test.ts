import { describe, expect, it } from 'vitest'
import { createTestRoom, testSession } from '../../testing/test-room.js'
import { announcePresence } from '../../usecases/presence/announce-presence.js'
import { findFileOverlaps } from './file-overlaps.js'

describe('findFileOverlaps', () => {
  it('finds files that a peer has in flight as a folder or a glob', async () => {
    const room = await createTestRoom()
    const put = (sessionId: string, filesInFlight: string[]) =>
      announcePresence({ ...room, session: testSession({ sessionId }) }, { filesInFlight })
    const peers = [
      await put('a', ['src/**', 'x.ts']),
      await put('b', ['lib/']),
      await put('c', ['src/*.md', 'other.ts']),
    ]
    const found = (files: string[]) => findFileOverlaps(peers, files).map(({ peer, files }) => [peer, files])
    expect(found(['src/cart.ts'])).toEqual([['a', ['src/cart.ts']]])
    expect(found(['lib/deep/x.ts', 'x.ts'])).toEqual([
      ['a', ['x.ts']],
      ['b', ['lib/deep/x.ts']],
    ])
    expect(found(['**/other.ts'])).toEqual([
      ['a', ['src/**']],
      ['b', ['lib/']],
      ['c', ['other.ts']],
    ])
    expect(found(['docs/'])).toEqual([])
  })
})
