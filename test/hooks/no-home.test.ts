import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runRally } from '../../packages/cli/test/run-rally.js'
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
