import { expect, it } from 'vitest'
import { TEST_NOW } from '../../testing/test-room.js'
import { isFreeAgain } from './session-names.js'
import { nameElsewhere, nameOfAsking, shownId } from './shown-names.js'

it('who asks is called by the name that a person has, else by its id', () => {
  const uuid = '0123abcd-89ab-4def-8123-456789abcdef'
  expect(nameOfAsking({ sessionId: 'human.ann', tool: 'human' })).toBe('ann')
  expect(nameOfAsking({ sessionId: 'x', tool: 'human', user: 'Ann' })).toBe('Ann')
  expect(nameOfAsking({ sessionId: uuid, tool: 'codex' })).toBe('0123abcd')
  expect(nameOfAsking({ sessionId: 'thread-1', tool: 'codex' })).toBe('thread-1')
  expect(shownId(7)).toBe('unknown')
})

it('another machine is named without the digits that a relay adds, and without its domain', () => {
  expect(nameElsewhere('claude-1', 'laptop-0a1b2c3d')).toBe('claude-1@laptop')
  expect(nameElsewhere('claude-1', 'laptop-0a')).toBe('claude-1@laptop-0a')
  expect(nameElsewhere('claude-1', 'laptop.example.org')).toBe('claude-1@laptop')
  expect(nameElsewhere('claude-1', "Ann's Mac")).toBe('claude-1@Ann-s-Mac')
  expect(nameElsewhere('claude-1', '')).toBe('claude-1')
})

it('a name is free a day after its session ended, or was seen last where nobody took leave for it', () => {
  const DAY = 86_400
  const held = (at: number, ended_at: number | null) => ({ name: 'codex-1', session_id: 's', at, ended_at })
  const free = (one: ReturnType<typeof held>, isHere = false) => isFreeAgain(one, { now: TEST_NOW, isHere })
  expect(free(held(0, TEST_NOW - DAY))).toBe(true)
  expect(free(held(0, TEST_NOW - DAY + 1))).toBe(false)
  expect(free(held(TEST_NOW - DAY, null))).toBe(true)
  expect(free(held(TEST_NOW - DAY + 1, null))).toBe(false)
  expect(free(held(0, null), true)).toBe(false)
})
