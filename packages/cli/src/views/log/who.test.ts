import { expect, it } from 'vitest'
import { renderWho } from './who.js'

const NOW = 1_795_000_000

it('says of a file that is being edited when the last edit was', () => {
  const one = { name: 'codex-1', path: 'a.txt', last_edit: NOW - 2, task: 'fix it' }
  const found = { inFlight: [one, { ...one, name: 'codex-2', last_edit: null }], claims: [], edits: [] } as never
  const text = renderWho(found, { now: NOW, all: false, files: ['a.txt'], since: NOW - 60 })
  expect(text.split('\n')).toEqual([
    'codex-1 is editing a.txt (last edit 2s ago) "fix it"',
    'codex-2 is editing a.txt "fix it"',
  ])
})
