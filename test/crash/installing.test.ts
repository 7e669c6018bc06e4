import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RALLY, World } from '../support/world.js'

const DIE_AT = join(import.meta.dirname, 'children', 'die-at.cjs')
const SETTINGS = '{ "theme": "x" }'
/** Every so many calls to the file system; no multiple of three, since these die in different ways. */
const STRIDE = 31
/** More calls than an installation makes. */
const MANY = 500

let world: World
let before: Record<string, string>
beforeEach(() => {
  world = new World()
  fs.mkdirSync(join(world.repo, '.gemini'))
  fs.writeFileSync(join(world.repo, '.gemini', 'settings.json'), SETTINGS)
  fs.mkdirSync(join(world.home, '.gemini'), { recursive: true })
  world.json(['hooks', 'status'])
  before = files()
})
afterEach(() => world.remove())

const records = () => join(world.home, '.local/state/rally/installs')
const INSTALL = ['hooks', 'install', '--host', 'gemini']
const UNINSTALL = ['hooks', 'uninstall', '--host', 'gemini']

/** What is the user's, and what rally notes of it. */
function files(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const folder of [join(world.repo, '.gemini'), join(world.home, '.gemini'), records()]) {
    if (!fs.existsSync(folder)) continue
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name)
      if (fs.statSync(path).isFile()) found[path] = fs.readFileSync(path, 'utf8')
    }
  }
  return found
}

/** Runs it until the signal comes at that call; true where it ended before. */
function dyingAt(call: number, args: readonly string[], signal: 'SIGKILL' | 'SIGINT' = 'SIGKILL'): boolean {
  const done = spawnSync(process.execPath, ['--require', DIE_AT, RALLY, ...args], {
    cwd: world.repo,
    env: {
      ...world.env,
      RALLY_TEST_ROOM: records(),
      RALLY_TEST_DIES_AT: String(call),
      ...(signal === 'SIGINT' && { RALLY_TEST_SIGNAL: signal }),
    },
    encoding: 'utf8',
  })
  expect([0, signal === 'SIGINT' ? 130 : null], done.stderr).toContain(done.status)
  return done.status === 0
}

describe.each([
  ['an installation', INSTALL],
  ['a removal', UNINSTALL],
] as const)('%s', (_what, args) => {
  it('that is killed at any step leaves whole files, and nothing after the next removal', () => {
    const settings = join(world.repo, '.gemini', 'settings.json')
    for (let call = 1; call < MANY; call += STRIDE) {
      if (args === UNINSTALL) world.json(INSTALL)
      const survived = dyingAt(call, args)
      expect(() => JSON.parse(fs.readFileSync(settings, 'utf8')), `killed at call ${call}`).not.toThrow()
      expect(world.json(UNINSTALL).ok, `removed after call ${call}`).toBe(true)
      expect(files(), `killed at call ${call}`).toEqual(before)
      if (survived) return
    }
    expect.unreachable()
  })

  it('that is interrupted ends between two files', () => {
    const ended = new Set<boolean>()
    for (let call = 2; call < MANY && ended.size < 2; call += STRIDE) {
      if (args === UNINSTALL) world.json(INSTALL)
      ended.add(dyingAt(call, args, 'SIGINT'))
      const odd = Object.keys(files()).filter((path) => /\.lock$|\.tmp/.test(path))
      expect(odd, `interrupted at call ${call}`).toEqual([])
      world.json(UNINSTALL)
      expect(files(), `interrupted at call ${call}`).toEqual(before)
    }
    expect(ended.size).toBe(2)
  })
})
