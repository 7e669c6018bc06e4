import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookConfigFile } from '@rally/core/ports/host'
import { describe, expect, test } from 'vitest'
import { applyChange, type FileTask } from '../src/change-file.js'
import { entriesStrategy } from '../src/entries-strategy.js'
import { findOwnEntries } from '../src/own-entries.js'
import { dialectOf } from '../src/plan-entries.js'
import { bytesOf, type CorpusCase } from './corpus/case.js'
import { jsonCorpus } from './corpus/json.js'
import { jsoncCorpus } from './corpus/jsonc.js'
import { tomlCorpus } from './corpus/toml.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { commentedFile, newer, strictFile, tomlFile } from './support/templates.js'

const DIALECTS: readonly [name: string, host: string, file: HookConfigFile, corpus: readonly CorpusCase[]][] = [
  ['json', 'alpha', strictFile, jsonCorpus],
  ['jsonc', 'beta', commentedFile, jsoncCorpus],
  ['toml', 'delta', tomlFile, tomlCorpus],
]

describe.each(DIALECTS)('%s', (_name, host, file, corpus) => {
  const lay = (content: Buffer): { machine: Machine; path: string; task: FileTask; upgrade: FileTask } => {
    const machine = makeMachine()
    const path = join(machine.repoRoot, file.path)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    const task = { path, owner: host, strategy: entriesStrategy(file, host) }
    return { machine, path, task, upgrade: { ...task, strategy: entriesStrategy(newer(file), host) } }
  }

  test('the corpus is large enough', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(40)
    expect(corpus.filter((one) => !one.refused).length).toBeGreaterThanOrEqual(40)
  })

  test.each(corpus.filter((one) => !one.refused))('$name: install, again, upgrade, uninstall', async ({ text }) => {
    const original = bytesOf(text)
    const { machine, path, task, upgrade } = lay(original)
    const before = snapshot(machine.repoRoot)

    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'change' })
    const installed = readFileSync(path)
    expectForeignKept(original, installed, file, host)
    const all = snapshot(machine.root)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'none', diff: '' })
    expect(snapshot(machine.root)).toEqual(all)

    expect(await applyChange('install', upgrade, machine)).toMatchObject({ action: 'change' })
    expectForeignKept(original, readFileSync(path), newer(file), host)
    expect(await applyChange('install', upgrade, machine)).toMatchObject({ action: 'none' })

    const had = holdsOurs(original, file, host)
    const end = await applyChange('uninstall', upgrade, machine)
    expect(end.action).toBe('restore')
    if (had) expect(holdsOurs(readFileSync(path), file, host)).toBe(false)
    else expect(snapshot(machine.repoRoot)).toEqual(before)
  })

  test.each(corpus.filter((one) => one.refused))('$name: refused untouched', async ({ text, refused }) => {
    const { machine, task } = lay(bytesOf(text))
    const before = snapshot(machine.repoRoot)
    const change = await applyChange('install', task, machine)
    expect(change).toMatchObject({ action: 'refused', refusal: refused })
    expect(snapshot(machine.repoRoot)).toEqual(before)
  })
})

function parsedValue(bytes: Buffer, file: HookConfigFile): unknown {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  return text.trim() === '' ? {} : dialectOf(file).read(text).value
}

function holdsOurs(bytes: Buffer, file: HookConfigFile, host: string): boolean {
  return findOwnEntries(parsedValue(bytes, file), host, file.entries).entries.length > 0
}

/** Our entries stand there once each, and every byte of the original is still there in its order but for white space. */
function expectForeignKept(original: Buffer, result: Buffer, file: HookConfigFile, host: string): void {
  const found = findOwnEntries(parsedValue(result, file), host, file.entries).entries
  expect(found.map((entry) => entry.event).sort()).toEqual(file.entries.map((entry) => entry.event).sort())
  if (holdsOurs(original, file, host)) return
  const bare = (bytes: Buffer): string => bytes.toString('utf8').replace(/\s/g, '')
  expect(isSubsequence(bare(original), bare(result))).toBe(true)
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0
  for (const char of part) {
    at = whole.indexOf(char, at)
    if (at < 0) return false
    at += char.length
  }
  return true
}
