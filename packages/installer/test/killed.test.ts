import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { applyChange, type FileTask } from '../src/change-file.js'
import { entriesStrategy } from '../src/entries-strategy.js'
import { lockPath } from '../src/install-record.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { strictFile, strictTask } from './support/templates.js'

const SETTINGS = '{\n  "model": "x"\n}\n'
const DEAD = `${process.pid + 1}-0123`

let machine: Machine
let path: string
let task: FileTask
let records: string

beforeEach(() => {
  machine = makeMachine()
  task = strictTask(machine)
  path = task.path
  records = join(machine.stateDir, 'installs')
  mkdirSync(dirname(path), { recursive: true })
  mkdirSync(records, { recursive: true })
  writeFileSync(path, SETTINGS)
})

const beside = (word: string): string => join(dirname(path), `.${strictFile.path.split('/').at(-1)}.rally-${word}.tmp`)

test.each(['install', 'uninstall'] as const)(
  '%s removes what a killed run left behind, and nothing of a live one',
  async (intent) => {
    const before = snapshot(machine.repoRoot)
    writeFileSync(beside(DEAD), '{')
    writeFileSync(join(records, `${'0'.repeat(32)}.json.tmp.${DEAD}`), '{')
    writeFileSync(lockPath(join(machine.repoRoot, 'other'), machine), DEAD.replace('-', ' '))
    writeFileSync(join(records, `${'1'.repeat(32)}.json.tmp.${process.pid}-1`), '{')
    writeFileSync(join(records, `${'1'.repeat(32)}.lock`), `${process.pid} 1`)
    const now = machine.now() / 1000
    for (const name of readdirSync(records)) utimesSync(join(records, name), now, now)
    await applyChange(intent, task, machine)
    await applyChange('uninstall', task, machine)
    expect(snapshot(machine.repoRoot)).toEqual(before)
    expect(readdirSync(records).sort()).toEqual([
      `${'1'.repeat(32)}.json.tmp.${process.pid}-1`,
      `${'1'.repeat(32)}.lock`,
    ])
  },
)

test('a temporary file whose name does not say whose it is goes when it is old', async () => {
  writeFileSync(beside('word'), '{')
  utimesSync(beside('word'), 0, 0)
  const before = readFileSync(path, 'utf8')
  await applyChange('uninstall', task, machine)
  expect(readdirSync(dirname(path))).toHaveLength(1)
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('a run that was killed when the backup was made, or before it was dropped, leaves none after the next uninstall', async () => {
  const before = snapshot(machine.repoRoot)
  await applyChange('install', task, machine)
  expect(readdirSync(dirname(path))).toHaveLength(2)
  writeFileSync(path, SETTINGS)
  expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'none' })
  expect(snapshot(machine.repoRoot)).toEqual(before)
  expect(readdirSync(records)).toEqual([])
})

test('a file of two hosts goes back to its bytes when the first uninstall was killed after it wrote the file', async () => {
  const other = JSON.parse(JSON.stringify(strictFile).replaceAll('alpha', 'omega'))
  const second = { path, owner: 'omega', strategy: entriesStrategy(other, 'omega') }
  await applyChange('install', task, machine)
  await applyChange('install', second, machine)
  const kept = join(machine.root, 'kept')
  cpSync(records, kept, { recursive: true })
  await applyChange('uninstall', task, machine)
  rmSync(records, { recursive: true })
  cpSync(kept, records, { recursive: true })
  await applyChange('uninstall', task, machine)
  await applyChange('uninstall', second, machine)
  expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
  expect(readdirSync(records)).toEqual([])
})
