import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, RALLY } from './run-rally.js'

let root: string
let home: string
let repo: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-sandbox-')))
  home = join(root, 'a home')
  repo = join(root, 'shop')
  for (const folder of [home, repo]) fs.mkdirSync(folder)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

/** Linux keeps a mount namespace from those that may not have one. */
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0

/** The command with the home folder read-only, as a sandbox of Codex has it. */
function sandboxed(args: readonly string[], more: NodeJS.ProcessEnv) {
  const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
  const { AGENT_RALLY_APPS_ROOT: _, ...env } = cleanEnv(home, more)
  return spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', home, process.execPath, RALLY, ...args], {
    cwd: repo,
    env,
    encoding: 'utf8',
  })
}

const CODEX = { CODEX_SESSION_ID: 's-codex', CODEX_SANDBOX_NETWORK_DISABLED: '1' }
const WRITES: readonly (readonly string[])[] = [
  ['tell', 'all', 'hello'],
  ['claim', 'src/**'],
  ['presence', '--task', 'x'],
  ['post', 'feedback', '--message', 'x'],
]

describe.runIf(canMount)('a command that writes, in the sandbox of a host', () => {
  it.each(WRITES)('says whose sandbox it is and what opens the room: %s', (...args: readonly string[]) => {
    const { status, stderr } = sandboxed(args, CODEX)
    expect(stderr).toContain('Codex CLI runs this command in its sandbox')
    expect(stderr).not.toContain('free space')
    const [command = ''] = args
    const cure =
      command === 'post'
        ? 'run it yourself, in a terminal outside of Codex CLI'
        : 'rally hooks install --host codex --allow'
    expect(stderr).toMatch(new RegExp(`^try: .*${cure}$`, 'm'))
    expect(stderr.trim().split('\n').length).toBe(2)
    expect(status).toBe(1)
  })

  it('knows it by the read-only room alone where the sandbox sets no variable', () => {
    const { stdout } = sandboxed(['tell', 'all', 'hello', '--json'], { CODEX_THREAD_ID: 's-codex' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { details: { sandbox: 'codex' } } })
  })

  it('says only what it saw where no host is', () => {
    const { stderr } = sandboxed(['post', 'feedback', '--session-id', 's1'], {})
    expect(stderr).toContain('read-only')
    expect(stderr).not.toContain('its sandbox')
    expect(stderr).not.toContain('free space')
  })

  it('sends those who change the set-up to a terminal of their own', () => {
    const { stderr } = sandboxed(['hooks', 'install', '--host', 'codex', '--scope', 'user'], CODEX)
    expect(stderr).toContain('Codex CLI runs this command in its sandbox')
    expect(stderr).toContain('in a terminal outside of Codex CLI')
  })

  it('lets whoever only reads read', () => {
    const { status } = sandboxed(['status', '--json'], CODEX)
    expect(status).toBe(0)
  })
})
