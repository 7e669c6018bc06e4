import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RALLY, runRally } from '../../packages/cli/test/run-rally.js'
import { makeHookMachine, snapshot } from './hook-machine.js'

/** A home in a file system that answers "no such folder" whatever is to be made, and never anything else. */
const NOWHERE = '/proc/nowhere'

// A command that does not end by itself is killed by the test and has no exit code.
describe.runIf(process.platform === 'linux')('with a home where no folder can be made', () => {
  const unstored = /no such file or directory|ENOENT/
  const CASES: readonly (readonly [line: string, code: string, says: RegExp])[] = [
    ['hooks install --scope user --host claude_code', 'HOOK_FILE_FAILED', unstored],
    ['hooks install --host claude_code', 'HOOK_FILE_FAILED', unstored],
    ['hooks off --scope user', 'HOOK_FILE_FAILED', unstored],
    ['hooks off --scope session --session-id s1', 'CHANNEL_UNUSABLE', unstored],
    ['presence --session-id s1 --tool codex', 'CHANNEL_UNUSABLE', unstored],
    ['plugins install ./somewhere', 'NOT_STORED', unstored],
    ['autocomplete', 'NOT_STORED', unstored],
  ]

  const OPTIONS = { HOME: NOWHERE, XDG_CACHE_HOME: undefined, AGENT_RALLY_APPS_ROOT: undefined }

  it.each(CASES)('rally %s says so and ends', (line, code, says) => {
    const machine = makeHookMachine(OPTIONS)
    mkdirSync(join(machine.repo, '.claude'))
    const before = snapshot(machine.repo)
    const { status, out } = machine.json(...line.split(' '))
    expect(out).toMatchObject({ ok: false, error: { code } })
    expect(out.error?.message).toMatch(says)
    expect(status).toBeGreaterThan(0)
    expect(snapshot(machine.repo)).toEqual(before)
  })

  it('rally hooks uninstall finds nothing to take out, and something that it must leave', () => {
    const machine = makeHookMachine(OPTIONS)
    machine.lay('.claude/settings.json', '{}')
    for (const scope of ['user', 'project']) {
      expect(machine.json('hooks', 'uninstall', '--scope', scope)).toMatchObject({ status: 0, out: { ok: true } })
    }
    const withHome = { ...machine.env, HOME: machine.home }
    expect(runRally(['hooks', 'install', '--host', 'claude_code'], { cwd: machine.repo, env: withHome }).status).toBe(0)
    const before = snapshot(machine.repo)
    expect(machine.json('hooks', 'uninstall').out).toMatchObject({ ok: false, error: { code: 'HOOK_FILE_FAILED' } })
    expect(snapshot(machine.repo)).toEqual(before)
  })
})

describe('without a word of where the home is', () => {
  it.each(['', undefined])('HOME=%j: it is what the system knows of the user, never the working folder', (HOME) => {
    const machine = makeHookMachine({ HOME, AGENT_RALLY_APPS_ROOT: undefined })
    const room = join(userInfo().homedir, '.agent-rally-point', 'apps')
    for (const words of [['where'], ['help'], ['--version']]) {
      const { status, stdout } = runRally(words, { cwd: machine.repo, env: machine.env })
      expect(status).toBe(0)
      if (words[0] === 'where') expect(dirname(stdout.trim())).toBe(room)
    }
  })

  // Only root may run a program as somebody else.
  it.runIf(process.getuid?.() === 0)(
    'a user without a name has the top folder, and no command ends with a stack',
    () => {
      const machine = makeHookMachine({ HOME: undefined, AGENT_RALLY_APPS_ROOT: undefined, XDG_CACHE_HOME: undefined })
      for (const folder of [machine.repo, dirname(machine.repo)]) chmodSync(folder, 0o755)
      for (const [words, status] of [
        [['where'], 0],
        [['help'], 0],
        [['hosts'], 0],
        [['tell', 'all', 'x'], 1],
      ] as const) {
        const nobody = { cwd: machine.repo, env: machine.env, uid: 54_321, gid: 54_321, encoding: 'utf8' } as const
        const done = spawnSync(process.execPath, [RALLY, ...words], nobody)
        expect([done.status, done.stderr], words.join(' ')).toEqual([
          status,
          expect.not.stringMatching(/SystemError|\n {4}at /),
        ])
      }
    },
  )
})

it('a configuration that is broken is what is said, not that there is no repository', () => {
  const machine = makeHookMachine({ AGENT_RALLY_APPS_ROOT: undefined })
  machine.lay('.claude/settings.json', '{}')
  mkdirSync(join(machine.home, '.config/rally'), { recursive: true })
  writeFileSync(join(machine.home, '.config/rally/config.json'), '{')
  for (const line of ['hooks install --host claude_code', 'hooks verify', 'hooks off', 'guard install']) {
    expect(machine.json(...line.split(' ')).out, line).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } })
  }
})
