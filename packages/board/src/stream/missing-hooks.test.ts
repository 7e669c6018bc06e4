import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import { expect, it } from 'vitest'
import { missingHooks } from './missing-hooks.js'

const room = { machine: 'desk' } as RoomPicture['room']
const agent = (tool: string, machine: string | null, state: PictureAgent['state'] = 'working') =>
  ({ tool, machine, state }) as PictureAgent

it('counts the sessions of this machine, and never those whose hooks are elsewhere', () => {
  const agents = [
    agent('codex', 'desk'),
    agent('codex', 'laptop'),
    agent('codex', null),
    agent('codex', 'desk', 'gone'),
  ]
  const missing = missingHooks({ room, agents }, { codex: 'absent', claude_code: 'installed' })
  expect(missing).toEqual([{ host: 'codex', state: 'absent', sessions: 2, cure: 'rally hooks install --host codex' }])
  expect(
    missingHooks({ room, agents: [agent('codex', 'laptop')] }, { codex: 'absent', claude_code: 'installed' }),
  ).toEqual([])
})

it('names every host where none has hooks, whether or not one runs', () => {
  const missing = missingHooks({ room, agents: [agent('codex', 'laptop')] }, { codex: 'absent', claude_code: 'absent' })
  expect(missing.map(({ host, sessions }) => [host, sessions])).toEqual([
    ['codex', 0],
    ['claude_code', 0],
  ])
})

it('hooks that are there and do not run are looked into, not installed', () => {
  const [one] = missingHooks(
    { room, agents: [agent('codex', 'desk')] },
    { codex: 'untrusted', claude_code: 'installed' },
  )
  expect(one?.cure).toBe('rally hooks status')
})
