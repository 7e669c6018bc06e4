import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookConfigFile } from '@rally/core/ports/host'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyOperation } from '../src/apply-operation.js'
import { applyChange } from '../src/change-file.js'
import { entriesStrategy } from '../src/entries-strategy.js'
import { findOwnEntries } from '../src/own-entries.js'
import { dialectOf, planEntries, planRemoval } from '../src/plan-entries.js'
import { refusing } from '../src/refusal.js'
import { equivalentValue } from '../src/same-value.js'
import { dice, settings, spellJson, tomlText } from './support/generate.js'
import { makeMachine } from './support/machine.js'
import { commentedFile, newer, strictFile, tomlFile } from './support/templates.js'

const events = ['SessionStart', 'PreToolUse', 'Stop', 'BeforeTool', 'AfterTool']
const json = (host: string, comments: boolean): fc.Arbitrary<string> =>
  fc.tuple(settings(host, events), dice).map(([value, numbers]) => spellJson(value, { comments, numbers }))

const DIALECTS: readonly [name: string, host: string, file: HookConfigFile, texts: fc.Arbitrary<string>][] = [
  ['json', 'alpha', strictFile, json('alpha', false)],
  ['jsonc', 'beta', commentedFile, json('beta', true)],
  ['toml', 'delta', tomlFile, tomlText('delta')],
]

describe.each(DIALECTS)('%s', (_name, host, file, texts) => {
  const dialect = dialectOf(file)
  const legal = texts.filter((text) => refusing(() => dialect.read(text)).ok)
  const ours = (text: string): number =>
    text.trim() === '' ? 0 : findOwnEntries(dialect.read(text).value, host, file.entries).entries.length
  const editable = legal.filter((text) => refusing(() => planEntries(text, file, host)).ok)

  test('most generated files can be edited at all', () => {
    const sample = fc.sample(legal, 300)
    expect(sample.filter((text) => refusing(() => planEntries(text, file, host)).ok).length).toBeGreaterThan(200)
  })

  test('installing twice changes nothing; upgrading leaves each entry once', () => {
    fc.assert(
      fc.property(editable, (text) => {
        const installed = planEntries(text, file, host).text
        expect(planEntries(installed, file, host)).toEqual({ text: installed, changes: [] })
        const upgraded = planEntries(installed, newer(file), host).text
        expect(planEntries(upgraded, newer(file), host).changes).toEqual([])
        expect(findOwnEntries(dialect.read(upgraded).value, host, newer(file).entries).entries).toHaveLength(
          newer(file).entries.length,
        )
      }),
      { numRuns: 200 },
    )
  })

  test('taking out what was put in gives the file back, but for white space, without any record', () => {
    fc.assert(
      fc.property(
        editable.filter((text) => ours(text) === 0),
        fc.boolean(),
        (text, upgrade) => {
          const first = planEntries(text, file, host).text
          const installed = upgrade ? planEntries(first, newer(file), host, text).text : first
          expect(squeeze(planRemoval(installed, newer(file), host, text).text)).toBe(squeeze(text))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('with a record every byte comes back, from disk', async () => {
    const machine = makeMachine()
    const path = join(machine.repoRoot, file.path)
    mkdirSync(dirname(path), { recursive: true })
    await fc.assert(
      fc.asyncProperty(
        editable.filter((text) => ours(text) === 0),
        fc.boolean(),
        async (text, mark) => {
          rmSync(machine.stateDir, { recursive: true, force: true })
          const bytes = Buffer.from((mark ? '\ufeff' : '') + text)
          writeFileSync(path, bytes)
          for (const templates of [file, file, newer(file)]) {
            await applyChange('install', { path, owner: host, strategy: entriesStrategy(templates, host) }, machine)
          }
          expect(readFileSync(path).equals(bytes)).toBe(false)
          const end = await applyChange(
            'uninstall',
            { path, owner: host, strategy: entriesStrategy(newer(file), host) },
            machine,
          )
          expect(end.action).toBe('restore')
          expect(readFileSync(path).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test("somebody else's change between installing and uninstalling survives", async () => {
    const machine = makeMachine()
    const path = join(machine.repoRoot, file.path)
    mkdirSync(dirname(path), { recursive: true })
    const task = { path, owner: host, strategy: entriesStrategy(file, host) }
    const change = { op: 'set', at: ['changed'], value: 'by hand' } as const
    await fc.assert(
      fc.asyncProperty(
        editable.filter((text) => ours(text) === 0 && text.trim() !== ''),
        async (text) => {
          rmSync(machine.stateDir, { recursive: true, force: true })
          writeFileSync(path, text)
          await applyChange('install', task, machine)
          writeFileSync(path, applyOperation(dialect, readFileSync(path, 'utf8'), change))
          expect((await applyChange('uninstall', task, machine)).action).toBe('change')
          const end = readFileSync(path, 'utf8')
          expect(ours(end)).toBe(0)
          const expected = applyOperation(dialect, text, change)
          expect(sorted(squeeze(end))).toBe(sorted(squeeze(expected)))
          expect(equivalentValue(dialect.read(end).value, dialect.read(expected).value)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

function squeeze(text: string): string {
  return text.replace(/\s/g, '')
}

/** The characters in order: an insertion behind our entries may come to stand elsewhere than without them. */
function sorted(text: string): string {
  return [...text].sort().join('')
}
