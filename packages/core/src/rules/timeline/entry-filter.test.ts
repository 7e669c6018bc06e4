import { expect, it } from 'vitest'
import type { TimelineEntry } from '../../model/timeline-entry.js'
import { parseFilePattern } from '../files/file-pattern.js'
import { isWantedEntry, type TimelineFilter, wordsForSearch } from './entry-filter.js'

const entry = (more: Partial<TimelineEntry> = {}) =>
  ({
    ...{ type: 'record', kind: 'message', at: 100, until: null, by: 'claude-1', tool: 'claude_code', session_id: 's1' },
    ...{ to: null, files: [], text: 'New price rules', id: 'blf_1' },
    ...more,
  }) as unknown as TimelineEntry
const passes = (one: TimelineEntry, filter: Record<string, unknown>) =>
  isWantedEntry(one, filter as unknown as TimelineFilter)

it('what is for everybody is for whoever is asked about', () => {
  const codex = { to: { name: 'codex-1', tool: 'codex' } }
  expect(['all', 'codex', 'codex-1', 'claude-1', null].map((to) => passes(entry({ to }), codex))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

it('a session is found by its id alone, a name or tool by what the entry says', () => {
  const by = (who: Record<string, string>) => passes(entry(), { by: who })
  expect([by({ sessionId: 's1' }), by({ sessionId: 's2', name: 'claude-1' })]).toEqual([true, false])
  expect([by({ name: 'claude-1' }), by({ tool: 'claude_code' }), by({ name: 'x', tool: 'codex' })]).toEqual([
    true,
    true,
    false,
  ])
})

it('times, kinds, files and words narrow it', () => {
  expect([99, 100, 101].map((since) => passes(entry(), { since }))).toEqual([true, true, false])
  expect([99, 100, 101].map((until) => passes(entry(), { until }))).toEqual([false, true, true])
  expect(passes(entry({ until: 300 }), { since: 200 })).toBe(true)
  expect([['message'], ['record'], ['edit']].map((kinds) => passes(entry(), { kinds }))).toEqual([true, true, false])
  expect(['PRICE', 'claude-1', 'blf_1', 'nothing'].map((grep) => passes(entry(), { grep }))).toEqual([
    ...[true, true, true],
    false,
  ])
  const file = parseFilePattern('src/**')
  expect(passes(entry({ type: 'edit', files: ['src/a.ts'] }), { file })).toBe(true)
  expect(passes(entry({ type: 'edit', files: ['lib/a.ts'] }), { file })).toBe(false)
})

it('words for a search of the stored text are the runs that stand in it as they are', () => {
  expect(wordsForSearch('new "price" rules\u00e9')).toEqual(['new ', 'price', ' rules'])
  expect(wordsForSearch('""')).toEqual([])
})
