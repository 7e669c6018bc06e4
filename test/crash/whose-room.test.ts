import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOBODY, programsForNobody } from '../support/nobody.js'
import { World } from '../support/world.js'

const programs = programsForNobody()

function everything(folder: string): string[] {
  const inside = fs.readdirSync(folder, { recursive: true }) as string[]
  return [folder, ...inside.map((name) => join(folder, name))]
}

describe.skipIf(programs === undefined)('rooms and sudo (needs root to become somebody else)', () => {
  let world: World
  beforeEach(() => {
    world = new World()
    fs.chmodSync(world.root, 0o755)
    fs.mkdirSync(join(world.root, 'apps'))
    for (const path of everything(world.root)) fs.lchownSync(path, NOBODY, NOBODY)
  })
  afterEach(() => world.remove())

  const run = (program: string, args: readonly string[], who: { uid: number; env?: object; input?: string }) =>
    spawnSync(process.execPath, [program, ...args], {
      cwd: world.repo,
      env: { ...world.env, XDG_CACHE_HOME: join(world.home, 'cache'), ...who.env },
      encoding: 'utf8',
      input: who.input ?? '',
      timeout: 150_000,
      ...(who.uid === 0 ? {} : { uid: who.uid, gid: who.uid }),
    })
  const rally = (uid: number, args: readonly string[], env: object = {}) =>
    run(programs?.rally ?? '', args, { uid, env })
  const SUDO = { SUDO_UID: String(NOBODY), SUDO_USER: 'nobody' }
  const POST = ['post', 'feedback', '--message', 'x', '--session-id', 's1', '--tool', 'codex', '--json']

  it('refuses to write as root into a room of the user who typed sudo, and leaves nothing of root behind', () => {
    for (const first of [true, false]) {
      if (!first) expect(rally(NOBODY, POST).status).toBe(0)
      const { status, stdout } = rally(0, POST, SUDO)
      expect([status, JSON.parse(stdout).error.code]).toEqual([5, 'CHANNEL_OF_ANOTHER'])
      const payload = { session_id: 's9', cwd: world.repo, hook_event_name: 'SessionStart', source: 'startup' }
      const hook = run(programs?.hook ?? '', ['claude_code', 'SessionStart'], {
        uid: 0,
        env: SUDO,
        input: JSON.stringify(payload),
      })
      expect([hook.status, hook.stderr]).toEqual([0, ''])
      const ofRoot = everything(join(world.root, 'apps')).filter((path) => fs.lstatSync(path).uid === 0)
      expect(ofRoot).toEqual([])
    }
    expect(rally(NOBODY, POST).status).toBe(0)
  })

  it('lets root alone where nobody used sudo, and where the room is root’s own', () => {
    expect(rally(0, POST).status).toBe(0)
    fs.rmSync(join(world.root, 'apps'), { recursive: true })
    fs.mkdirSync(join(world.root, 'apps'))
    expect(rally(0, POST, SUDO).status).toBe(0)
  })

  it('says that a room belongs to root, and what gives it back', () => {
    expect(rally(NOBODY, POST).status).toBe(0)
    for (const path of everything(join(world.root, 'apps'))) fs.lchownSync(path, 0, 0)
    for (const path of everything(join(world.root, 'apps'))) fs.chmodSync(path, fs.lstatSync(path).mode | 0o055)
    const { status, stdout } = rally(NOBODY, POST)
    const { error } = JSON.parse(stdout)
    expect([status, error.code]).toEqual([1, 'NOT_STORED'])
    expect(error.message).toContain(`it belongs to root, and rally runs as user ${NOBODY}`)
    expect(error.hint).toContain(`sudo chown -R ${NOBODY} '${join(world.root, 'apps', 'shop')}'`)
  })
})
