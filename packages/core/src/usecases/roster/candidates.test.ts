import { expect, it } from 'vitest'
import { candidatesOf } from './candidates.js'

const transport = (asked: string[]) =>
  ({
    sessions: {
      list: async () => {
        asked.push('list')
        return [
          { session_id: 'one', tool: 'codex', name: 'codex-1' },
          { session_id: 'two', tool: 'cursor', name: 'cursor-1' },
        ]
      },
    },
  }) as never

it('knows names and tools of those in the room, and the id of any other', async () => {
  expect(await candidatesOf({ transport: transport([]) }, ['two', 'gone'])).toEqual([
    { session_id: 'two', name: 'cursor-1', tool: 'cursor' },
    { session_id: 'gone', name: expect.stringContaining('gone'), tool: '' },
  ])
})

it('asks nothing where nobody may be asking', async () => {
  const asked: string[] = []
  expect(await candidatesOf({ transport: transport(asked) }, [])).toEqual([])
  expect(asked).toEqual([])
})
