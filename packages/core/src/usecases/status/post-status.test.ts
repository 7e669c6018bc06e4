import { expect, it } from 'vitest'
import { readStatusPointer } from '../../rules/status/status-pointer.js'
import { createSessionRoom } from '../../testing/session-room.js'
import { postStatus } from './post-status.js'

it('points at the status document, in keys and in text', async () => {
  const room = await createSessionRoom()
  const pointer = { file: 'docs/status.md', committedSha: 'abc123', summary: 'phase 2' }
  expect(await postStatus(room.as('s1'), pointer)).toMatchObject({ revision: 1 })
  const payload = (await room.transport.log.latest(1))[0]?.payload ?? {}
  expect(payload).toMatchObject({ session_id: 's1', summary: 'phase 2 [file=docs/status.md sha=abc123]' })
  expect(readStatusPointer(payload)).toEqual(pointer)
  expect(readStatusPointer({ summary: payload.summary })).toEqual(pointer)
})

it('needs neither commit nor summary, but a file', async () => {
  const room = await createSessionRoom()
  await postStatus(room.as('s1'), { file: 'a.md' })
  const payload = (await room.transport.log.latest(1))[0]?.payload ?? {}
  expect(payload.summary).toBe('[file=a.md sha=]')
  for (const known of [payload, { summary: payload.summary }]) {
    expect(readStatusPointer(known)).toEqual({ file: 'a.md', committedSha: null, summary: '' })
  }
  expect(readStatusPointer({ summary: 'no pointer here' })).toBeUndefined()
  await expect(postStatus(room.as('s1'), { file: '' })).rejects.toMatchObject({ code: 'USAGE' })
})
