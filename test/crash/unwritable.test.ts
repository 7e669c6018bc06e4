import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ackInbox, post, writeHeartbeat, writeInbox, writePresence } from '../../packages/core/dist/index.js'
import { NOBODY, programsForNobody } from '../support/nobody.js'
import { World } from '../support/world.js'

const programs = programsForNobody()
const { rally: RALLY = '', hook: RALLY_HOOK = '' } = programs ?? {}

let world: World

const WRITES: readonly (readonly string[])[] = [
  ['post', 'feedback', '--message', 'x'],
  ['presence', '--task', 't'],
  ['heartbeat', '--task-ref', 't'],
  ['inbox', 'write', '--to', 'codex', '--message', 'x'],
  ['escalate', '--reason', 'x'],
  ['lead', 'claim'],
  ['ack-inbox'],
  ['standby', '--reason', 'x', '--wake-after', '+1h'],
]

/** As a user who owns nothing: root may write everywhere. */
function asNobody(program: string, args: readonly string[], input = '') {
  return spawnSync(process.execPath, [program, ...args], {
    cwd: world.repo,
    env: { ...world.env, HOME: join(world.root, 'nowhere'), XDG_CACHE_HOME: join(world.root, 'nowhere') },
    encoding: 'utf8',
    input,
    timeout: 150_000,
    uid: NOBODY,
    gid: NOBODY,
  })
}

async function fill(): Promise<void> {
  world = new World()
  fs.chmodSync(world.root, 0o755)
  const room = await world.open('s1')
  await post(room, { kind: 'feedback' })
  await writePresence(room)
  await writeHeartbeat(room, { taskRef: 't' })
  await writeInbox(room, { to: 'codex', payload: { message: 'hello from s1' } })
  await ackInbox(room)
}

function setModes(folder: string, modes: { folder: number; file: number }): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) setModes(path, modes)
    else fs.chmodSync(path, modes.file)
  }
  fs.chmodSync(folder, modes.folder)
}

const snapshot = (folder: string): string =>
  fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => fs.statSync(path).isFile())
    .map((path) => `${path} ${fs.readFileSync(path, 'hex')}`)
    .sort()
    .join('\n')

describe.skipIf(programs === undefined)(
  'a room that one may read but not write (needs root to become somebody else)',
  () => {
    beforeAll(async () => {
      await fill()
      setModes(world.channel, { folder: 0o755, file: 0o644 })
      fs.chmodSync(join(world.root, 'apps'), 0o755)
    })
    afterAll(() => world.remove())

    it('refuses every write aloud and changes nothing', () => {
      const before = snapshot(world.channel)
      for (const args of WRITES) {
        const { status, stdout } = asNobody(RALLY, [...args, '--session-id', 's2', '--tool', 'codex', '--json'])
        const answer = JSON.parse(stdout || '{}') as { ok?: boolean; error?: { code: string } }
        expect([args[0], status, answer.ok], stdout).toEqual([args[0], 1, false])
        expect(['NOT_STORED', 'CHANNEL_UNUSABLE', 'LOCK_UNAVAILABLE', 'READ_FAILED']).toContain(answer.error?.code)
      }
      expect(snapshot(world.channel)).toBe(before)
    })

    it('still shows what is there', () => {
      const status = asNobody(RALLY, ['status', '--session-id', 's2', '--tool', 'codex', '--json'])
      expect(JSON.parse(status.stdout)).toMatchObject({ ok: true, active_peers: [{ session_id: 's1' }] })
      expect(asNobody(RALLY, ['roster']).stdout).toContain('codex-1')
      expect(asNobody(RALLY, ['inbox', 'read', '--tool', 'codex', '--session-id', 's2']).stdout).toContain(
        'hello from s1',
      )
    })

    it('never troubles a host: the hook answers and exits 0', () => {
      const payload = { session_id: 's2', cwd: world.repo, hook_event_name: 'SessionStart', source: 'startup' }
      const { status, stderr } = asNobody(RALLY_HOOK, ['claude_code', 'SessionStart'], JSON.stringify(payload))
      expect([status, stderr]).toEqual([0, ''])
    })

    it('is named by the doctor, with the owner', () => {
      const { status, stdout } = asNobody(RALLY, ['doctor', '--json'])
      expect(status).toBe(1)
      const { checks } = JSON.parse(stdout) as { checks: { code: string; severity: string; place: string }[] }
      const broken = checks.filter(({ severity }) => severity === 'error')
      expect(broken.map(({ code, place }) => [code, place])).toContainEqual(['permissions', world.channel])
    })
  },
)

it.skipIf(programs === undefined)('a room that may not even be read is said to be so, by every command', async () => {
  await fill()
  for (const args of [['status'], ['roster'], ['inbox', 'read'], ['checkpoint'], ['doctor']]) {
    const flags = args[0] === 'roster' || args[0] === 'doctor' ? [] : ['--session-id', 's2', '--tool', 'codex']
    const { status, stdout, stderr, signal } = asNobody(RALLY, [...args, ...flags, '--json'])
    expect([signal, stderr.includes('    at ')], args[0]).toEqual([null, false])
    expect(() => JSON.parse(stdout), `${args[0]}: ${stdout}${stderr}`).not.toThrow()
    if (args[0] !== 'roster') expect(status, args[0]).not.toBe(0)
  }
  world.remove()
})
