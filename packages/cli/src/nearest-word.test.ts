import { expect, it } from 'vitest'
import { nearestWord, nearWords } from './nearest-word.js'

const WORDS = ['claim', 'claim_edited', 'lost-claim', 'merge-risk', 'task_blocked', 'git', 'claude-1', 'claude-2']

it.each([
  ['claimd', ['claim']],
  ['CLAIMED', ['claim']],
  ['blocked', ['task_blocked']],
  ['merge_rsk', ['merge-risk']],
  ['claud-1', ['claude-1', 'claude-2']],
  ['claim', ['claim', 'lost-claim', 'claim_edited']],
  ['zzz', []],
  ['', []],
])('near to %j are %j', (typed, near) => expect(nearWords(typed, WORDS)).toEqual(near))

it('the nearest is one of them, where any is near', () => {
  expect(nearestWord('mergerisk', WORDS)).toBe('merge-risk')
  expect(nearestWord('zzzzzz', WORDS)).toBeUndefined()
})
