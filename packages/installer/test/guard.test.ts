import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeGuard, inspectGuard } from '../src/guard/change-guard.js'
import { GUARD_LINE } from '../src/guard/guard-script.js'
import type { Surroundings } from '../src/surroundings.js'

let dir: string
let folder: string
let hook: string
let kept: string
let count = 0
beforeEach(() => {
  dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally guard ü ')))
  folder = join(dir, 'hooks')
  hook = join(folder, 'pre-commit')
  kept = join(folder, 'pre-commit.before-rally')
  fs.mkdirSync(folder)
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

const surroundings = (): Surroundings => ({
  ...{ home: dir, repoRoot: dir, env: {}, stateDir: join(dir, 'state'), pid: process.pid },
  ...{ now: () => Date.now(), isAlive: () => true, unique: () => `u${process.pid}-${count++}` },
})
const install = (options = {}) => changeGuard('install', folder, surroundings(), options)
const uninstall = (options = {}) => changeGuard('uninstall', folder, surroundings(), options)

/** Everything in the folder: names, bytes, modes, where links lead. */
function snapshot(): object {
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => {
      const path = join(folder, name)
      const stat = fs.lstatSync(path)
      const bytes = stat.isSymbolicLink() ? `-> ${fs.readlinkSync(path)}` : fs.readFileSync(path, 'latin1')
      return [name, [stat.mode & 0o7777, bytes]]
    }),
  )
}

function put(bytes: string | Buffer, mode = 0o755): void {
  fs.writeFileSync(hook, bytes)
  fs.chmodSync(hook, mode)
}

const SHELLS: readonly string[] = [
  '#!/bin/sh\nnpm test\n',
  '#!/bin/sh -e\nexit 0\n',
  '#! /usr/bin/env bash\nnpm test',
  '#!/usr/bin/env -S bash -eu\n\n\n',
  '#!/usr/local/bin/zsh\n# >>> something else >>>\n',
  '#!/bin/bash\necho "no final newline"',
  '#!/bin/sh\r\necho crlf\r\n'.replace('\r\n', '\n'),
  `#!/bin/dash\n${Buffer.from([0xff, 0xfe, 0x80]).toString('latin1')}\n`,
]
const OTHERS: readonly [name: string, bytes: string][] = [
  ['python', '#!/usr/bin/env python3\nprint(1)\n'],
  ['node without a final newline', '#!/usr/bin/env node\nprocess.exit(0)'],
  ['fish', '#!/usr/bin/fish\ntrue\n'],
  ['a script without a first line of that kind', 'echo hello\n'],
  ['a program', '\u007fELF\u0000\u0001\u0002#!/bin/sh\n'],
  ['a shell that ends its lines in CRLF', '#!/bin/sh\r\necho x\r\n'],
  ['a first line alone', '#!/bin/sh'],
  ['nothing', ''],
  ['a byte order mark', '\u00ef\u00bb\u00bf#!/bin/sh\n'],
]

describe('a repository without a hook', () => {
  it('gets one, and loses it again', async () => {
    const before = snapshot()
    expect(await install()).toMatchObject({ path: hook, changed: true, kind: 'new', kept: null })
    expect(fs.readFileSync(hook, 'utf8').split('\n')).toEqual([
      '#!/bin/sh',
      expect.stringMatching(/^# >>> rally guard \(new\): /),
      GUARD_LINE,
      '# <<< rally guard',
      '',
    ])
    expect(fs.statSync(hook).mode & 0o777).toBe(0o755)
    const installed = snapshot()
    expect(await install()).toMatchObject({ changed: false, kind: 'new' })
    expect(snapshot()).toEqual(installed)
    expect(inspectGuard(folder)).toEqual({ path: hook, kind: 'new', runs: true })
    expect(await uninstall()).toMatchObject({ changed: true, kind: 'new' })
    expect(snapshot()).toEqual(before)
    expect(await uninstall()).toMatchObject({ changed: false, kind: null, notes: [] })
  })

  it('gets the folder as well', async () => {
    fs.rmdirSync(folder)
    expect(await install()).toMatchObject({ changed: true })
    expect(inspectGuard(folder)).toMatchObject({ kind: 'new' })
  })

  it('keeps what somebody added since', async () => {
    await install()
    fs.appendFileSync(hook, 'npm test\n')
    expect(await install()).toMatchObject({ changed: false })
    expect(await uninstall()).toMatchObject({ changed: true })
    expect(fs.readFileSync(hook, 'utf8')).toBe('#!/bin/sh\nnpm test\n')
  })
})

describe('a shell script', () => {
  it.each(SHELLS.map((text) => [JSON.stringify(text), text]))(
    '%s has the lines behind its first one',
    async (_, text) => {
      put(Buffer.from(text, 'latin1'), 0o750)
      const before = snapshot()
      expect(await install({ dryRun: true })).toMatchObject({ changed: true, kind: 'added' })
      expect(snapshot()).toEqual(before)
      expect(await install()).toMatchObject({ changed: true, kind: 'added', kept: null })
      const lines = fs.readFileSync(hook, 'latin1').split('\n')
      expect(lines.slice(2, 4)).toEqual([GUARD_LINE, '# <<< rally guard'])
      expect([lines[0], ...lines.slice(4)].join('\n')).toBe(text)
      const installed = snapshot()
      expect(await install()).toMatchObject({ changed: false, kind: 'added' })
      expect(snapshot()).toEqual(installed)
      expect(await uninstall({ dryRun: true })).toMatchObject({ changed: true, kind: 'added' })
      expect(snapshot()).toEqual(installed)
      expect(await uninstall()).toMatchObject({ changed: true, kind: 'added' })
      expect(snapshot()).toEqual(before)
    },
  )

  it('keeps what somebody changed around the lines, also their order and line ends', async () => {
    put('#!/bin/sh\nnpm test\n')
    await install()
    const [first, ...rest] = fs.readFileSync(hook, 'utf8').split('\n')
    const own = rest.slice(0, 3).join('\r\n')
    put(`${first}\n# mine\n${own}\r\nnpm run lint`)
    await uninstall()
    expect(fs.readFileSync(hook, 'utf8')).toBe('#!/bin/sh\n# mine\nnpm run lint')
  })

  it('gets the lines of this version in place of an older one', async () => {
    put('#!/bin/sh\nnpm test\n')
    await install()
    const installed = fs.readFileSync(hook, 'utf8')
    put(installed.replace('--staged', '--older'))
    expect(await install()).toMatchObject({ changed: true, kind: 'added' })
    expect(fs.readFileSync(hook, 'utf8')).toBe(installed)
  })

  it('is left as it is where the lines were damaged', async () => {
    put('#!/bin/sh\nnpm test\n')
    await install()
    put(fs.readFileSync(hook, 'utf8').replace('# <<< rally guard\n', ''))
    const before = snapshot()
    for (const change of [install, uninstall]) {
      expect(await change()).toMatchObject({ changed: false, refusal: { code: 'invalid', line: 2 } })
    }
    expect(snapshot()).toEqual(before)
  })
})

describe('any other hook', () => {
  it.each(OTHERS)('is kept beside and comes back: %s', async (_name, text) => {
    put(Buffer.from(text, 'latin1'), 0o711)
    const before = snapshot()
    expect(await install({ dryRun: true })).toMatchObject({ changed: true, kind: 'beside', kept })
    expect(snapshot()).toEqual(before)
    expect(await install()).toMatchObject({ changed: true, kind: 'beside', kept })
    expect(snapshot()).toMatchObject({
      'pre-commit.before-rally': [0o711, text],
      'pre-commit': [0o755, expect.anything()],
    })
    const installed = snapshot()
    expect(await install()).toMatchObject({ changed: false, kind: 'beside', kept })
    expect(await uninstall({ dryRun: true })).toMatchObject({ changed: true, kind: 'beside' })
    expect(snapshot()).toEqual(installed)
    expect(await uninstall()).toMatchObject({ changed: true, kind: 'beside', kept: null })
    expect(snapshot()).toEqual(before)
  })

  it.each([
    ['one that git does not run', () => put('#!/bin/sh\nfalse\n', 0o644)],
    [
      'one with a second name',
      () => {
        put('#!/bin/sh\n')
        fs.linkSync(hook, join(dir, 'second'))
      },
    ],
    [
      'a link',
      () => {
        fs.writeFileSync(join(dir, 'script'), '#!/bin/sh\n')
        fs.symlinkSync('../script', hook)
      },
    ],
    ['a link that leads nowhere', () => fs.symlinkSync('/nowhere', hook)],
    ['a very large one', () => put(Buffer.alloc(5 << 20, 'x'))],
  ])('is kept beside: %s', async (_name, make) => {
    make()
    const before = snapshot()
    expect(await install()).toMatchObject({ changed: true, kind: 'beside', kept })
    expect(Object.values(snapshot())).toContainEqual((before as Record<string, unknown>)['pre-commit'])
    await uninstall()
    expect(snapshot()).toEqual(before)
  })

  it('keeps what somebody wrote around the lines, and the former hook runs on', async () => {
    put('#!/usr/bin/env node\n')
    await install()
    const text = fs.readFileSync(hook, 'utf8')
    fs.writeFileSync(hook, text.replace('#!/bin/sh\n', '#!/bin/sh\n# mine\n'))
    expect(await uninstall()).toMatchObject({ changed: true, kept })
    expect(fs.readFileSync(hook, 'utf8')).toMatch(/^#!\/bin\/sh\n# mine\nif \[ -x .*pre-commit\.before-rally.*\n$/)
    expect(fs.readFileSync(kept, 'utf8')).toBe('#!/usr/bin/env node\n')
  })

  it('is not lost by a run that was interrupted, nor by a file of that name', async () => {
    put('#!/usr/bin/env node\n')
    fs.linkSync(hook, kept)
    expect(await install()).toMatchObject({ changed: true, kind: 'beside' })
    await uninstall()
    fs.writeFileSync(kept, 'somebody’s')
    const before = snapshot()
    expect(await install()).toMatchObject({ changed: false, refusal: { code: 'foreign-file' } })
    expect(snapshot()).toEqual(before)
    expect(await uninstall()).toMatchObject({ changed: false, notes: [expect.stringContaining('still there')] })
  })

  it('that is gone is told', async () => {
    put('#!/usr/bin/env node\n')
    await install()
    fs.rmSync(kept)
    expect(await uninstall()).toMatchObject({ changed: true, notes: [expect.stringContaining('is gone')] })
    expect(snapshot()).toEqual({})
  })

  it('is found where another program put it', async () => {
    put('#!/bin/sh\nnpm test\n')
    await install()
    fs.renameSync(hook, `${hook}.legacy`)
    put('#!/usr/bin/env bash\nexec "$0.legacy"\n')
    const before = snapshot()
    expect(await install()).toMatchObject({ changed: false, path: `${hook}.legacy`, notes: [expect.any(String)] })
    expect(snapshot()).toEqual(before)
    expect(inspectGuard(folder)).toEqual({ path: `${hook}.legacy`, kind: 'added', runs: true })
    expect(await uninstall()).toMatchObject({ changed: true, path: `${hook}.legacy` })
    expect(fs.readFileSync(`${hook}.legacy`, 'utf8')).toBe('#!/bin/sh\nnpm test\n')
  })
})

describe('what is no hook', () => {
  it('is left alone', async () => {
    fs.mkdirSync(hook)
    expect(await install()).toMatchObject({ changed: false, refusal: { code: 'not-a-file' } })
    expect(await uninstall()).toMatchObject({ changed: false, refusal: { code: 'not-a-file' } })
    expect(fs.readdirSync(folder)).toEqual(['pre-commit'])
  })

  it('a folder that is none', async () => {
    fs.rmdirSync(folder)
    fs.writeFileSync(folder, '')
    expect(await install()).toMatchObject({ changed: false, refusal: expect.anything() })
  })
})

describe('several at once', () => {
  it('install once', async () => {
    put('#!/usr/bin/env node\n')
    const before = snapshot()
    const answers = await Promise.all(Array.from({ length: 8 }, () => install()))
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
    await uninstall()
    expect(snapshot()).toEqual(before)
  })
})
