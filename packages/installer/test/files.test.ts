import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { applyChange, type FileTask, planChange } from '../src/change-file.js'
import { entriesStrategy } from '../src/entries-strategy.js'
import { lockPath } from '../src/install-record.js'
import { settingStrategy } from '../src/setting-strategy.js'
import { type Machine, makeMachine, snapshot } from './support/machine.js'
import { flatFile, line, newer, strictFile, strictTask } from './support/templates.js'

const SETTINGS = '{\n  "model": "x",\n  "env": { "KEY": "secret" }\n}\n'

let machine: Machine
let path: string
let task: FileTask

beforeEach(() => {
  machine = makeMachine()
  task = strictTask(machine)
  path = task.path
})

function lay(text: string, at = path): void {
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, text)
}

const backups = (): string[] => readdirSync(dirname(path)).filter((name) => name.includes('rally-backup'))

describe('a file that is not there', () => {
  test('is made with its folders, and both go again', async () => {
    const before = snapshot(machine.repoRoot)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'create' })
    expect(JSON.parse(readFileSync(path, 'utf8')).hooks.Stop).toHaveLength(1)
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'delete' })
    expect(snapshot(machine.repoRoot)).toEqual(before)
    expect(readdirSync(join(machine.stateDir, 'installs'))).toEqual([])
  })

  test('stays when somebody put something into it, and so do folders with other things', async () => {
    await applyChange('install', task, machine)
    const settings = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...settings, mine: 1 }, null, 2))
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'change' })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ mine: 1 })
  })

  test('goes after an upgrade and with a key that the host insists on', async () => {
    const at = join(machine.repoRoot, flatFile.path)
    const tasks = [flatFile, newer(flatFile)].map((file) => ({
      path: at,
      owner: 'gamma',
      strategy: entriesStrategy(file, 'gamma'),
    }))
    for (const one of tasks) await applyChange('install', one, machine)
    expect(JSON.parse(readFileSync(at, 'utf8')).version).toBe(1)
    writeFileSync(at, `${readFileSync(at, 'utf8')}\n`)
    expect(await applyChange('uninstall', tasks[1] as FileTask, machine)).toMatchObject({ action: 'delete' })
    expect(existsSync(dirname(at))).toBe(false)
  })

  test('is no reason to make one when uninstalling', async () => {
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'none' })
    expect(existsSync(machine.stateDir) && readdirSync(machine.stateDir).length > 1).toBe(false)
    expect(existsSync(dirname(path))).toBe(false)
  })
})

describe('a key that the host insists on', () => {
  const flat = (): FileTask => ({
    path: join(machine.repoRoot, flatFile.path),
    owner: 'gamma',
    strategy: entriesStrategy(flatFile, 'gamma'),
  })

  test('is added where it is missing and taken away again', async () => {
    lay('{ "hooks": {} }', flat().path)
    await applyChange('install', flat(), machine)
    expect(JSON.parse(readFileSync(flat().path, 'utf8')).version).toBe(1)
    await applyChange('uninstall', flat(), machine)
    expect(readFileSync(flat().path, 'utf8')).toBe('{ "hooks": {} }')
  })

  test('of another value is refused', async () => {
    lay('{ "version": 2, "hooks": {} }', flat().path)
    expect((await applyChange('install', flat(), machine)).refusal).toMatchObject({
      code: 'shape',
      line: 1,
      column: 14,
    })
  })
})

describe('links, modes and owners', () => {
  test('a symbolic link is followed and stays a link', async () => {
    const real = join(machine.root, 'dotfiles/settings.json')
    lay(SETTINGS, real)
    mkdirSync(dirname(path))
    symlinkSync('../../dotfiles/settings.json', path)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'change', real })
    expect(readlinkSync(path)).toBe('../../dotfiles/settings.json')
    expect(JSON.parse(readFileSync(real, 'utf8')).hooks.Stop).toHaveLength(1)
    await applyChange('uninstall', task, machine)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toBe(SETTINGS)
    expect(readdirSync(dirname(real))).toEqual(['settings.json'])
  })

  test('a link from the folder above is followed too', async () => {
    const real = join(machine.root, 'elsewhere')
    mkdirSync(real)
    symlinkSync(real, dirname(path))
    await applyChange('install', task, machine)
    expect(readdirSync(real)).toEqual([basename(path)])
    await applyChange('uninstall', task, machine)
    expect(readdirSync(real)).toEqual([])
    expect(lstatSync(dirname(path)).isSymbolicLink()).toBe(true)
  })

  test.each([0o600, 0o444, 0o750])('the mode %o stays', async (mode) => {
    lay(SETTINGS)
    chmodSync(path, mode)
    await applyChange('install', task, machine)
    expect(statSync(path).mode & 0o777).toBe(mode)
    expect(backups().map((name) => statSync(join(dirname(path), name)).mode & 0o777)).toEqual([mode])
    await applyChange('uninstall', task, machine)
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
    expect(statSync(path).mode & 0o777).toBe(mode)
  })

  const attributes = (code: string) =>
    spawnSync('python3', ['-c', `import os, sys\n${code}`, path], { encoding: 'utf8' })
  const isAble =
    spawnSync('python3', ['-c', 'import os; os.setxattr(__import__("tempfile").mkdtemp(), "user.a", b"1")']).status ===
    0

  test.skipIf(!isAble)('extended attributes stay (needs python3 and a file system that has them)', async () => {
    lay(SETTINGS)
    expect(attributes('os.setxattr(sys.argv[1], "user.note", b"mine")').status).toBe(0)
    const note = () => attributes('print(os.getxattr(sys.argv[1], "user.note").decode())').stdout.trim()
    await applyChange('install', task, machine)
    expect([note(), JSON.parse(readFileSync(path, 'utf8')).hooks.Stop.length]).toEqual(['mine', 1])
    await applyChange('uninstall', task, machine)
    expect([note(), readFileSync(path, 'utf8')]).toEqual(['mine', SETTINGS])
  })

  test('a file with two names keeps both', async () => {
    lay(SETTINGS)
    const other = join(machine.root, 'same.json')
    linkSync(path, other)
    await applyChange('install', task, machine)
    expect(readFileSync(other, 'utf8')).toBe(readFileSync(path, 'utf8'))
    expect(statSync(path).nlink).toBe(2)
    await applyChange('uninstall', task, machine)
    expect(readFileSync(other, 'utf8')).toBe(SETTINGS)
  })

  test('notes about a file are for the user alone', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    const folder = join(machine.stateDir, 'installs')
    expect(statSync(folder).mode & 0o077).toBe(0)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
  })
})

describe('what is no file is refused, and nothing has to be taken out of it', () => {
  const inFolder = (make: () => unknown): void => {
    mkdirSync(dirname(path))
    make()
  }

  test.each<[string, () => void]>([
    ['a folder', () => mkdirSync(path, { recursive: true })],
    ['a link that leads nowhere', () => inFolder(() => symlinkSync('nowhere.json', path))],
    ['a link to itself', () => inFolder(() => symlinkSync(basename(path), path))],
    ['a pipe', () => inFolder(() => execFileSync('mkfifo', [path]))],
    ['a file where the folder should be', () => writeFileSync(dirname(path), 'x')],
  ])('%s', async (_name, make) => {
    make()
    const before = execFileSync('ls', ['-laR', '--time-style=full-iso', machine.repoRoot], { encoding: 'utf8' })
    expect((await applyChange('install', task, machine)).action).toBe('refused')
    for (const change of [planChange, applyChange])
      expect(await change('uninstall', task, machine)).toMatchObject({ action: 'none', diff: '' })
    expect(execFileSync('ls', ['-laR', '--time-style=full-iso', machine.repoRoot], { encoding: 'utf8' })).toBe(before)
  })

  test('what stands where a folder belongs is named, however far above', async () => {
    const inTheWay = join(machine.repoRoot, '.alpha')
    writeFileSync(inTheWay, 'x')
    for (const below of ['settings.json', 'deep/er/settings.json'])
      for (const change of [planChange, applyChange])
        expect(await change('install', { ...task, path: join(inTheWay, below) }, machine)).toMatchObject({
          refusal: { code: 'not-a-folder', message: `${inTheWay} is no folder` },
        })
  })

  test('a file that is too large', async () => {
    lay(`{"a": "${'x'.repeat(5_000_000)}"}`)
    expect((await applyChange('install', task, machine)).refusal?.code).toBe('too-large')
  })
})

describe('undoing', () => {
  test('works on our nodes alone when there is no record', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    rmSync(machine.stateDir, { recursive: true })
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'change' })
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
  })

  test('works when the record is damaged', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    for (const name of readdirSync(join(machine.stateDir, 'installs')))
      writeFileSync(join(machine.stateDir, 'installs', name), '{')
    await applyChange('uninstall', task, machine)
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
  })

  test("gives back odd white space even after somebody else's change on other lines", async () => {
    const odd = '{\n  "hooks": {   \n\n  },\n  "model": "x",\n\n  "z": [ ]\n}'
    lay(odd)
    await applyChange('install', task, machine)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"model": "x"', '"model": "y"'))
    await applyChange('uninstall', task, machine)
    expect(readFileSync(path, 'utf8')).toBe(odd.replace('"model": "x"', '"model": "y"'))
  })

  test('keeps a handler that somebody put into our group, and an edited one counts as ours', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    const settings = JSON.parse(readFileSync(path, 'utf8'))
    settings.hooks.Stop[0].hooks.push({ type: 'command', command: 'mine' })
    settings.hooks.PreToolUse[0].matcher = 'Edit'
    writeFileSync(path, JSON.stringify(settings, null, 2))
    await applyChange('uninstall', task, machine)
    expect(JSON.parse(readFileSync(path, 'utf8')).hooks).toEqual({
      Stop: [{ hooks: [{ type: 'command', command: 'mine' }] }],
    })
  })

  test('after an upgrade of an edited file still goes back to what the user has', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"x"', '"y"'))
    const upgrade = { ...task, strategy: entriesStrategy(newer(strictFile), 'alpha') }
    await applyChange('install', upgrade, machine)
    expect(await applyChange('uninstall', upgrade, machine)).toMatchObject({ action: 'restore' })
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS.replace('"x"', '"y"'))
  })

  test('of one host leaves the other one of the same file alone', async () => {
    lay(SETTINGS)
    const other = JSON.parse(JSON.stringify(strictFile).replaceAll('alpha', 'omega'))
    const second = { path, owner: 'omega', strategy: entriesStrategy(other, 'omega') }
    await applyChange('install', task, machine)
    await applyChange('install', second, machine)
    expect(await applyChange('install', task, machine)).toMatchObject({ action: 'none' })
    await applyChange('uninstall', task, machine)
    expect(JSON.parse(readFileSync(path, 'utf8')).hooks.Stop).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toContain(JSON.stringify(line('omega', 'Stop')))
    await applyChange('uninstall', second, machine)
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)

    const before = snapshot(machine.root)
    rmSync(dirname(path), { recursive: true })
    await applyChange('install', task, machine)
    await applyChange('install', second, machine)
    await applyChange('uninstall', task, machine)
    await applyChange('uninstall', second, machine)
    expect(existsSync(dirname(path))).toBe(false)
    lay(SETTINGS)
    expect(snapshot(machine.root)).toEqual(before)
  })
})

describe('backups', () => {
  test('three at most, none of what rally wrote itself, and none left when the file is back', async () => {
    lay(SETTINGS)
    for (let i = 0; i < 6; i += 1) {
      await applyChange('install', task, machine)
      await applyChange('install', { ...task, strategy: entriesStrategy(newer(strictFile), 'alpha') }, machine)
      writeFileSync(path, readFileSync(path, 'utf8').replace('"model": "', `"model": "${i}`))
      await applyChange('install', task, machine)
      expect(backups().length).toBeLessThanOrEqual(3)
    }
    rmSync(machine.stateDir, { recursive: true })
    lay(SETTINGS)
    for (const name of backups()) rmSync(join(dirname(path), name))
    await applyChange('install', task, machine)
    expect(backups()).toHaveLength(1)
    expect(readFileSync(join(dirname(path), backups()[0] ?? ''), 'utf8')).toBe(SETTINGS)
    await applyChange('uninstall', task, machine)
    expect(backups()).toEqual([])
  })
})

describe('at the same time', () => {
  test('many rallies leave each entry once', async () => {
    lay(SETTINGS)
    const results = await Promise.all(Array.from({ length: 12 }, () => applyChange('install', task, machine)))
    expect(results.map((one) => one.action).sort()).toEqual(['change', ...Array.from({ length: 11 }, () => 'none')])
    await applyChange('uninstall', task, machine)
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
  })

  test("somebody else's write between reading and replacing is never lost", async () => {
    lay(SETTINGS)
    let writes = 0
    const raced = makeMachine({
      // Called for the temporary file, right before the last look at the file.
      unique: () => {
        if (writes < 3) writeFileSync(path, `{ "by": "host", "n": ${writes++} }`)
        return `u${writes}-${Math.random()}`
      },
    })
    expect(await applyChange('install', task, raced)).toMatchObject({ action: 'change' })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ by: 'host', n: 2, hooks: {} })
  })

  test('a file that never holds still is refused and keeps what the other wrote', async () => {
    lay(SETTINGS)
    let n = 0
    const raced = makeMachine({
      unique: () => {
        writeFileSync(path, `{ "n": ${n++} }`)
        return `u${n}`
      },
    })
    expect((await applyChange('install', task, raced)).refusal?.code).toBe('changed')
    expect(readFileSync(path, 'utf8')).toBe(`{ "n": ${n - 1} }`)
    // No temporary file, and no backup.
    expect(readdirSync(dirname(path))).toEqual([basename(path)])
    expect(readdirSync(join(raced.stateDir, 'installs'))).toEqual([])
  })

  test('a lock of a live rally is waited for and then given up', async () => {
    lay(SETTINGS)
    const patient = makeMachine()
    const lock = lockPath(path, patient)
    mkdirSync(dirname(lock), { recursive: true })
    writeFileSync(lock, `${process.pid} other`)
    // This machine's clock runs fast: far enough ahead that the lock does not grow old meanwhile.
    const later = new Date(patient.now() + 3_600_000)
    utimesSync(lock, later, later)
    expect((await applyChange('install', task, patient)).refusal?.code).toBe('busy')
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
  })

  test.each(['.local', '.local/state/rally/installs'])(
    'a file at ~/%s is named as the reason, not another rally',
    async (name) => {
      lay(SETTINGS)
      const unlucky = makeMachine()
      mkdirSync(dirname(join(unlucky.home, name)), { recursive: true })
      writeFileSync(join(unlucky.home, name), '')
      const { refusal } = await applyChange('install', task, unlucky)
      expect(refusal).toMatchObject({ code: 'unwritable', message: expect.stringContaining('ENOTDIR') })
      expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
    },
  )

  test('a lock of a dead rally is taken over', async () => {
    lay(SETTINGS)
    const lock = lockPath(path, machine)
    mkdirSync(dirname(lock), { recursive: true })
    writeFileSync(lock, '999999999 dead')
    expect((await applyChange('install', task, machine)).action).toBe('change')
    expect(existsSync(lock)).toBe(false)
  })
})

describe('a dry run', () => {
  test('shows the difference and writes nothing', () => {
    lay(SETTINGS)
    const before = snapshot(machine.root)
    const plan = planChange('install', task, machine)
    expect(plan.action).toBe('change')
    expect(plan.diff).toContain(`--- a${path}\n+++ b${path}\n@@ -1,4 +1,`)
    expect(plan.diff).toContain('\n+  "hooks": {\n')
    expect(snapshot(machine.root)).toEqual(before)
  })
})

describe('a state folder that cannot be written', () => {
  test('is a refusal that leaves the file alone', async () => {
    lay(SETTINGS)
    writeFileSync(join(machine.home, '.local'), 'a file')
    expect((await applyChange('install', task, machine)).refusal).toMatchObject({ code: 'unwritable' })
    expect(readFileSync(path, 'utf8')).toBe(SETTINGS)
    expect(backups()).toEqual([])
  })
})

describe('taking out of a file that the host cannot read', () => {
  test('works with comments and commas too many, which stay', async () => {
    lay(SETTINGS)
    await applyChange('install', task, machine)
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .replace('"model": "x",', '// mine\n  "model": "x",')
        .replace('"secret" }', '"secret", }'),
    )
    expect((await applyChange('install', task, machine)).refusal?.code).toBe('comments')
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'change' })
    expect(readFileSync(path, 'utf8')).toBe('{\n  // mine\n  "model": "x",\n  "env": { "KEY": "secret", }\n}\n')
  })

  test('is no matter when nothing of ours is in it', async () => {
    lay('{ broken')
    expect(await applyChange('uninstall', task, machine)).toMatchObject({ action: 'none' })
  })

  test('is refused when it is broken beyond that', async () => {
    lay('{ "hooks": rally-hook alpha Stop')
    expect((await applyChange('uninstall', task, machine)).refusal).toMatchObject({
      code: 'invalid',
      line: 1,
      column: 12,
    })
  })
})

describe('one value', () => {
  const setting = (at: string): FileTask => ({
    path: join(machine.repoRoot, at),
    owner: 'switch',
    strategy: settingStrategy({ at: ['hooks', 'enabled'], value: false, dialect: 'json', empty: '{}\n' }),
  })

  test.each([
    undefined,
    '{}',
    '{ "relay": { "channel": "x" } }\n',
    '{\n\t"hooks": {\n\t\t"enabled": true\n\t}\n}',
    '{"hooks":{"budget":300}}',
    '',
  ])('is set and taken back in %j', async (text) => {
    const one = setting('.rally.json')
    if (text !== undefined) lay(text, one.path)
    const before = snapshot(machine.repoRoot)
    expect((await applyChange('install', one, machine)).action).toBe(text === undefined ? 'create' : 'change')
    expect(JSON.parse(readFileSync(one.path, 'utf8')).hooks.enabled).toBe(false)
    expect((await applyChange('install', one, machine)).action).toBe('none')
    await applyChange('uninstall', one, machine)
    expect(snapshot(machine.repoRoot)).toEqual(before)
  })

  test('is taken out without a record, with what it leaves empty', async () => {
    const one = setting('.rally.json')
    lay('{ "hooks": { "enabled": false }, "relay": {} }', one.path)
    await applyChange('uninstall', one, machine)
    expect(readFileSync(one.path, 'utf8')).toBe('{ "relay": {} }')
  })
})
