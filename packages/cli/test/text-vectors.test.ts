import { readFileSync } from 'node:fs'
import type { Presence } from '@rally/core/model/presence'
import { buildRosterTree } from '@rally/core/rules/roster/roster-tree'
import { describe, expect, it } from 'vitest'
import { formatSpawned, renderRosterText } from '../src/views/roster/roster-text.js'

const FOLDER = new URL('../../../test/golden/vectors/', import.meta.url)
const NOW = 1_795_000_000

interface Vector {
  args: [never, never]
  kwargs: Record<string, never>
  returns: unknown
}

/** Recorded functions that lay out text; what they are given is tested in core. */
const RULES: Record<string, (args: Vector['args'], kwargs: Vector['kwargs']) => unknown> = {
  fmt_spawned: ([agent]) => formatSpawned(agent),
  render_text: ([apps], kwargs) => renderRosterText(roster(apps, kwargs), { home: '/home/dev' }),
}

describe.each(Object.entries(RULES))('%s', (name, run) => {
  it.each(vectorsOf(name).map((vector, row) => ({ row, vector })))('row $row', ({ vector }) => {
    expect(run(vector.args, vector.kwargs)).toEqual(vector.returns)
  })
})

it('lays out sessions that name each other as parents once each', () => {
  const [apps, kwargs] = [vectorsOf('build_roster')[6]?.args[0], vectorsOf('build_roster')[6]?.kwargs]
  const lines = renderRosterText(roster(apps ?? {}, kwargs ?? {})).filter((line) => line.includes('[app]'))
  expect(lines.map((line) => line.trimEnd())).toEqual([
    '  p  [app]  h:/c',
    '      └─ r  [app]  h:/c',
    '          └─ q  [app]  h:/c',
    '          └─ s  [app]  h:/c',
  ])
})

function vectorsOf(name: string): Vector[] {
  return (JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as { vectors: Vector[] }).vectors
}

function roster(apps: Record<string, Record<string, Presence>>, kwargs: Record<string, never>) {
  const entries = Object.entries(apps).flatMap(([app, files]) =>
    Object.values(files).map((presence) => ({ app, presence })),
  )
  return buildRosterTree(entries, {
    now: NOW,
    app: kwargs.app,
    staleSecs: kwargs.stale_secs,
    includeStale: kwargs.include_stale,
  })
}
