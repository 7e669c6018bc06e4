import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeHookMachine, snapshot } from './hook-machine.js'

const root = join(import.meta.dirname, '../..')

/** Nobody listens there: what installs from it needed no registry. */
const NO_REGISTRY = {
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_fetch_retries: '0',
}

it('the example plugin: packed, installed from a tarball, seen, tested by the suite, hooked, and fired', () => {
  const machine = makeHookMachine(NO_REGISTRY)
  const { env, repo } = machine

  // Written and packed in a folder outside of this repository.
  const source = join(machine.root, 'quill plugin')
  cpSync(join(root, 'examples/host-plugin'), source, { recursive: true })
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', machine.root], {
    cwd: source,
    env,
    encoding: 'utf8',
  })
  expect(packed.status, packed.stderr).toBe(0)
  const [{ filename, files }] = JSON.parse(packed.stdout)
  expect(files.map((file: { path: string }) => file.path)).toEqual(
    expect.arrayContaining(['adapter.cjs', 'skills/rally/SKILL.md']),
  )

  // The contract suite, with Node's own test runner.
  mkdirSync(join(source, 'node_modules/@rally'), { recursive: true })
  for (const name of ['core', 'conformance'])
    symlinkSync(join(root, 'packages', name), join(source, 'node_modules/@rally', name))
  const suite = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], { cwd: source, env, encoding: 'utf8' })
  expect(suite.status, suite.stdout).toBe(0)
  expect(suite.stdout).toMatch(/# pass [3-9]\d/)

  // Installed and found.
  expect(machine.json('hosts').out.hosts).not.toContainEqual(expect.objectContaining({ id: 'quill' }))
  const installed = machine.text('plugins', 'install', `file:${join(machine.root, filename)}`)
  expect(installed.status, installed.stderr).toBe(0)
  expect(machine.json('hosts').out.hosts).toContainEqual(
    expect.objectContaining({
      id: 'quill',
      title: 'Quill',
      plugin: 'rally-host-quill',
      type: 'user',
      refusal: null,
      hooks: 'absent',
    }),
  )

  // Its hooks: into a file that the user has already.
  const settings = '{\n    // my words\n    "theme": "ink",\n}\n'
  machine.lay('.quill/config.jsonc', settings)
  const before = snapshot(repo)
  expect(machine.json('hooks', 'install').out.files).toMatchObject([
    { host: 'quill', kind: 'hooks', action: 'change' },
    { host: 'quill', kind: 'text', action: 'create' },
  ])
  expect(machine.read('.quill/config.jsonc')).toContain('    // my words\n    "theme": "ink",\n    "hooks": {\n')
  expect(machine.json('hooks', 'status', '--host', 'quill').out.hosts).toMatchObject([
    { state: 'installed', detected: true },
  ])
  const verified = machine.json('hooks', 'verify', '--host', 'quill')
  expect(verified.out.hooks).toMatchObject(Array.from({ length: 5 }, () => ({ verdict: 'fired' })))
  expect(verified.status).toBe(0)

  // Two sessions of it: the second is told about the first, in the host's own words.
  const lines = JSON.parse(
    machine
      .read('.quill/config.jsonc')
      .replace(/\/\/.*$/m, '')
      .replace(/,(\s*\})/g, '$1'),
  ).hooks
  const fire = (event: string, session: string): string => {
    const recorded = JSON.parse(readFileSync(join(source, `fixtures/${event}.json`), 'utf8'))
    const input = JSON.stringify({ ...recorded, session, folder: repo })
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', lines[event][0].run], {
      cwd: repo,
      env,
      input,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
    return stdout
  }
  for (const session of ['q-1', 'q-2']) fire('sessionOpen', session)
  expect(fire('fileWriting', 'q-1')).toBe('')
  const { note } = JSON.parse(fire('fileWriting', 'q-2'))
  expect(note).toContain('src/app.txt')
  expect(note).toContain('quill-1')

  // And away again.
  expect(machine.json('hooks', 'uninstall').status).toBe(0)
  expect(snapshot(repo)).toEqual(before)
  const gone = machine.text('plugins', 'uninstall', 'rally-host-quill')
  expect(gone.status, gone.stderr).toBe(0)
  expect(machine.json('hosts').out.hosts).not.toContainEqual(expect.objectContaining({ id: 'quill' }))
  expect(existsSync(join(machine.home, '.quill'))).toBe(false)
})
