import { expect, it } from 'vitest'
import { TEST_NOW } from '../../testing/test-room.js'
import { claimPattern } from './claim-pattern.js'
import { readClaims } from './read-claims.js'

const claim = { id: 'c1', fence: 1, session_id: 's', until: TEST_NOW, patterns: ['a'], tool: 't', host: 'h' }
const lost = { id: 'c1', session_id: 's', at: TEST_NOW, patterns: ['a'], by: 'x' }

it('of a damaged document what can be read is kept, and nothing else', () => {
  const read = readClaims(
    {
      fence: 3,
      claims: [claim, { ...claim, id: 7 }, { ...claim, patterns: [] }, null, { ...claim, until: 'x' }],
      lost: [lost, { ...lost, at: 'x' }, 'x', { ...lost, patterns: [] }],
    },
    TEST_NOW,
  )
  expect(read.claims.map(({ id }) => id)).toEqual(['c1'])
  expect(read.lost).toEqual([lost])
  expect(read.fence).toBe(3)
})

it('a claim of this machine has no machine, one of another keeps it', () => {
  const [here, there] = readClaims({ fence: 1, claims: [claim, { ...claim, machine: 'm2' }] }, TEST_NOW).claims
  expect(here).not.toHaveProperty('machine')
  expect(there?.machine).toBe('m2')
})

it('without what was lost there is no list of it', () => {
  for (const damaged of [undefined, [], [{}], 'x', 7]) {
    expect(readClaims({ fence: 1, claims: [], lost: damaged }, TEST_NOW)).not.toHaveProperty('lost')
  }
})

it('a pattern that leads out of the working tree, or above the root, is refused', () => {
  const at = { workdir: '/w/app/src', worktree: '/w/app' }
  const read = (text: string) => claimPattern(text, at)
  expect(read('../a.ts')).toEqual({ pattern: 'a.ts' })
  expect(read('..')).toEqual({ pattern: '**' })
  for (const text of ['../..', '../../../../../../x', '/x', '**/../..', '/..']) {
    expect(read(text), text).toEqual({ refusal: 'it leads out of the working tree' })
  }
  expect(claimPattern('..', { workdir: '/', worktree: '/' })).toHaveProperty('refusal')
  expect(read('/w/app/.git/config')).toHaveProperty('refusal')
})
