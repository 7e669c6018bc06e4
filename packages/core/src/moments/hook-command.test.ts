import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hookCommand } from './hook-command.js'

const SCRIPT = '#!/bin/sh\necho "$1|$2|$NODE_EXTRA_CA_CERTS|$(cat)"\n[ -z "$FAIL" ] || exit 2\n'

describe('hookCommand', () => {
  let bin = ''
  beforeAll(() => {
    bin = fs.mkdtempSync(path.join(os.tmpdir(), 'rally-bin-'))
    fs.writeFileSync(path.join(bin, 'rally-hook'), SCRIPT, { mode: 0o755 })
  })
  afterAll(() => fs.rmSync(bin, { recursive: true, force: true }))

  const run = (command: string, env: Record<string, string> = {}, input?: string) =>
    spawnSync('/bin/sh', ['-c', command], {
      env: { PATH: '/usr/bin:/bin', ...env },
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    })

  it('never changes its text', () => {
    expect(hookCommand('some_host', 'PreToolUse')).toBe(
      "sh -c 'command -v rally-hook >/dev/null 2>&1 && NODE_EXTRA_CA_CERTS= rally-hook some_host PreToolUse || exit 0'",
    )
  })

  it('does nothing and succeeds where rally-hook is not installed', () => {
    const done = run(hookCommand('some_host', 'Stop'), {}, '{}')
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', ''])
  })

  it('hands over stdin, by pipe and as a here-document attached to the text', () => {
    const PATH = `${bin}:/usr/bin:/bin`
    const command = hookCommand('some_host', 'Stop')
    const env = { PATH, NODE_EXTRA_CA_CERTS: '/some/file.pem' }
    expect(run(command, env, '{"a":1}').stdout).toBe('some_host|Stop||{"a":1}\n')
    expect(run(`${command} <<'HOOK_EOF'\n{"a":"it's $HOME"}\nHOOK_EOF`, env).stdout).toBe(
      'some_host|Stop||{"a":"it\'s $HOME"}\n',
    )
  })

  it('exits 0 even when rally-hook does not', () => {
    expect(run(hookCommand('some_host', 'Stop'), { PATH: `${bin}:/usr/bin:/bin`, FAIL: '1' }, '{}').status).toBe(0)
  })
})
