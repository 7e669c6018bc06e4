import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { machineId } from './machine-id.js'

const run = promisify(execFile)
let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'rally machine-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

it('is made once, in a folder that may be missing, and stays', () => {
  const state = join(folder, 'state', 'rally')
  const id = machineId(state)
  expect(id).toMatch(/^[0-9a-f]{16}$/)
  expect(machineId(state)).toBe(id)
  expect(fs.readdirSync(state)).toEqual(['machine.json'])
  expect(fs.statSync(join(state, 'machine.json')).mode & 0o777).toBe(0o600)
  expect(machineId(join(folder, 'other'))).not.toBe(id)
})

it('is one for all who ask first at the same time', async () => {
  const module = join(import.meta.dirname, '../../dist/identity/machine-id.js')
  const script = `const { machineId } = await import(${JSON.stringify(module)}); process.stdout.write(machineId(process.argv[1]))`
  const args = ['--conditions=rally-internal', '--input-type=module', '-e', script, join(folder, 'rally')]
  const answers = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, args)))
  expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1)
  expect(fs.readdirSync(join(folder, 'rally'))).toEqual(['machine.json'])
})

it.each([
  ['empty', ''],
  ['no JSON', '{'],
  ['of another kind', '{"id":7}'],
  ['no id of ours', '{"id":"../x"}'],
])('is made anew where the file is %s', (_how, text) => {
  fs.writeFileSync(join(folder, 'machine.json'), text)
  const id = machineId(folder)
  expect(id).toMatch(/^[0-9a-f]{16}$/)
  expect(machineId(folder)).toBe(id)
})

it('is not read through a link', () => {
  fs.writeFileSync(join(folder, 'target'), '{"id":"0123456789abcdef"}')
  fs.symlinkSync('target', join(folder, 'machine.json'))
  expect(machineId(folder)).not.toBe('0123456789abcdef')
})

it('is the host name where nothing can be kept', () => {
  fs.writeFileSync(join(folder, 'file'), '')
  expect(machineId(join(folder, 'file', 'rally'))).toBe(hostname())
})
