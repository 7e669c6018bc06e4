import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RALLY, RALLY_HOOK, World } from '../support/world.js'

// Sessions in containers that see the room and the working tree: namespaces of this machine stand for them.

const canUnshare = (...kinds: string[]): boolean => spawnSync('unshare', [...kinds, 'true']).status === 0
const hasContainers =
  process.platform === 'linux' &&
  canUnshare('--pid', '--fork', '--mount-proc', '--uts') &&
  spawnSync('nsenter', ['--version']).status === 0
const hasUsers = hasContainers && canUnshare('--user', '--map-root-user', '--pid', '--fork', '--mount-proc')

let world: World
const boxes: ChildProcess[] = []
beforeAll(() => {
  world = new World()
})
beforeEach(() => {
  fs.rmSync(join(world.root, 'apps'), { recursive: true, force: true })
  fs.rmSync(join(world.repo, '.rally.json'), { force: true })
  // Another room: what was said in the last one a second ago is no answer in this one.
  fs.rmSync(join(world.env.XDG_CACHE_HOME ?? '', 'rally/said'), { recursive: true, force: true })
})
afterEach(() => {
  for (const box of boxes.splice(0)) box.kill('SIGKILL')
})
afterAll(() => world.remove())

/** A command line in front of the hook: where it runs. */
type Place = readonly string[]

/** A container that runs until the test ends. Its second process stands for a host program, so two of them have equal numbers. */
class Box {
  readonly enter: Place

  constructor(
    readonly name: string,
    kinds: readonly string[] = [],
  ) {
    const script = `echo ${name} > /proc/sys/kernel/hostname; sleep 600 & while sleep 0.2; do :; done`
    const box = spawn('unshare', [
      ...kinds,
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '--uts',
      'sh',
      '-c',
      script,
    ])
    boxes.push(box)
    const init = poll(() => fs.readFileSync(`/proc/${box.pid}/task/${box.pid}/children`, 'utf8').trim())
    this.enter = ['nsenter', '-t', init, ...(kinds.includes('--user') ? ['-U'] : []), '-m', '-u', '-p', '--']
    poll(() => this.run('sh', '-c', 'test -e /proc/2/stat && hostname').trim() === name && 'there')
  }

  run(...command: string[]): string {
    const [program = '', ...args] = [...this.enter, ...command]
    return spawnSync(program, args, { encoding: 'utf8', timeout: 150_000 }).stdout ?? ''
  }
}

function poll(look: () => string | false): string {
  for (let tries = 0; tries < 200; tries++) {
    try {
      const found = look()
      if (found !== false && found !== '') return found
    } catch {
      // Not there yet.
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
  throw new Error('it never came')
}

/** What a session is called in the room. */
function nameOf(sessionId: string): string {
  const folder = join(world.channel, 'names')
  const isIts = (name: string) => JSON.parse(fs.readFileSync(join(folder, name), 'utf8')).session_id === sessionId
  return fs.readdirSync(folder).find(isIts) ?? `${sessionId} has no name`
}

interface Hook {
  readonly place?: Place
  readonly pid?: number
  readonly cwd?: string
  readonly more?: object
}

function fire(id: string, event: string, { place = [], pid, cwd = world.repo, more = {} }: Hook = {}): string {
  const payload = { session_id: id, transcript_path: 't', cwd, hook_event_name: event, ...more }
  const env = {
    ...world.env,
    ...{ CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id },
    ...(pid === undefined ? {} : { CLAUDE_PID: String(pid) }),
  }
  const [program = '', ...args] = [...place, process.execPath, RALLY_HOOK, 'claude_code', event]
  return execFileSync(program, args, {
    input: JSON.stringify(payload),
    env,
    encoding: 'utf8',
    cwd: world.root,
    timeout: 150_000,
  })
}

const edit = (id: string, { cwd = world.repo, ...hook }: Hook = {}) =>
  fire(id, 'PreToolUse', { ...hook, cwd, more: { tool_name: 'Edit', tool_input: { file_path: join(cwd, 'a.txt') } } })

describe.runIf(hasContainers)('containers that see the room', () => {
  it('are in one working tree, whatever their host names say', () => {
    const [one, two] = [new Box('one'), new Box('two')]
    edit('h')
    expect(edit('k', { place: one.enter })).toContain(
      `rally: ${nameOf('h')} is editing a.txt in this same working tree`,
    )
    expect(edit('l', { place: two.enter })).toContain(
      `rally: ${nameOf('k')} is editing a.txt in this same working tree`,
    )
  })

  it('take equal process numbers for nothing: each knows only its own', () => {
    const [one, two] = [new Box('one'), new Box('two')]
    fire('k', 'SessionStart', { place: one.enter, pid: 2 })
    edit('k', { place: one.enter, pid: 2 })
    expect(edit('l', { place: two.enter, pid: 2 })).toContain(`rally: ${nameOf('k')} `)
    // Not one process with a new conversation either.
    fire('m', 'SessionStart', { place: two.enter, pid: 2 })
    expect(edit('n')).toContain(`rally: ${nameOf('k')} `)
  })

  it('know that their own processes are gone; others go by the last sign of life', () => {
    const box = new Box('one')
    fire('k', 'SessionStart', { place: box.enter, pid: 2 })
    edit('k', { place: box.enter, pid: 2 })
    box.run('sh', '-c', 'kill -9 2; while [ -e /proc/2/stat ]; do sleep 0.05; done')
    expect(edit('inside', { place: box.enter })).not.toContain(nameOf('k'))
    expect(edit('outside')).toContain(`rally: ${nameOf('k')} `)
  })

  it('do not see processes outside, which proves nothing', () => {
    const host = spawn('sleep', ['600'])
    boxes.push(host)
    fire('h', 'SessionStart', { pid: host.pid ?? 0 })
    edit('h', { pid: host.pid ?? 0 })
    expect(edit('k', { place: new Box('one').enter })).toContain(`rally: ${nameOf('h')} `)
  })

  it('may have a process table of another namespace: nothing is read from it', () => {
    const place = ['unshare', '--pid', '--fork', '--kill-child', '--']
    fire('k', 'SessionStart', { place, pid: process.pid })
    expect(JSON.parse(fs.readFileSync(join(world.channel, 'sessions/k.json'), 'utf8'))).not.toHaveProperty('host_pid')
    edit('k', { place })
    expect(edit('h')).toContain(`rally: ${nameOf('k')} `)
  })

  it('end the claims of those who left, whatever this machine is called by then', () => {
    const here = ['unshare', '--uts', 'sh', '-c', 'echo renamed > /proc/sys/kernel/hostname && exec "$@"', 'sh']
    const rally = (place: Place, ...words: string[]) => {
      const [program = '', ...args] = [...place, process.execPath, RALLY, ...words]
      return spawnSync(program, args, { cwd: world.repo, env: world.env, encoding: 'utf8', timeout: 30_000 })
    }
    const who = ['--session-id', 'c', '--tool', 'codex']
    expect(rally([], 'claim', 'a.txt', ...who).status).toBe(0)
    const path = join(world.channel, 'rally/claims.json')
    const aged = fs.readFileSync(path, 'utf8').replace(/"until": ?[0-9.]+/, `"until":${Date.now() / 1000 + 7000}`)
    fs.writeFileSync(path, aged)
    expect(JSON.parse(rally(here, 'claims', '--json').stdout).claims).toMatchObject([{ session_id: 'c' }])
    fs.rmSync(join(world.channel, 'sessions/c.json'))
    expect(JSON.parse(rally(here, 'claims', '--json').stdout).claims).toEqual([])
  })

  it('may have the tree mounted under another name', () => {
    const mounted = join(world.root, 'workspace')
    fs.mkdirSync(mounted, { recursive: true })
    const place = ['unshare', '--mount', 'sh', '-c', `mount --bind ${world.repo} ${mounted} && exec "$@"`, 'sh']
    edit('h')
    expect(edit('k', { place, cwd: mounted })).toContain(
      `rally: ${nameOf('h')} is editing a.txt in this same working tree`,
    )
    expect(edit('h')).toContain(`rally: ${nameOf('k')} is editing a.txt in this same working tree`)
    expect(world.json(['status'])).toMatchObject({
      status: 'warn',
      picture: { collisions: [{ path: 'a.txt', kind: 'same-tree' }] },
    })
    expect(fs.readdirSync(join(world.root, 'apps'))).toEqual(['shop'])
  })

  it('may be a changed root without a process table', () => {
    const root = join(world.root, 'root')
    fs.mkdirSync(root, { recursive: true })
    const script = `mount --rbind / ${root} && umount -l ${root}/proc && exec chroot ${root} "$@"`
    edit('h')
    expect(edit('k', { place: ['unshare', '--mount', 'sh', '-c', script, 'sh'] })).toContain(
      `rally: ${nameOf('h')} is editing a.txt in this same`,
    )
    expect(edit('h')).toContain(`rally: ${nameOf('k')} `)
  })

  it('that have trees of their own under one name are in different ones', () => {
    const inner = join(world.root, 'inner')
    fs.mkdirSync(inner, { recursive: true })
    const script = `mount -t tmpfs none ${inner} && git init -q ${inner}/app && exec "$@"`
    const place = ['unshare', '--mount', 'sh', '-c', script, 'sh']
    edit('one', { place, cwd: join(inner, 'app') })
    expect(edit('two', { place, cwd: join(inner, 'app') })).not.toContain('same working tree')
  })
})

describe.runIf(hasUsers)('two user namespaces', () => {
  it('are in one working tree', () => {
    const kinds = ['--user', '--map-root-user']
    const [one, two] = [new Box('one', kinds), new Box('two', kinds)]
    edit('k', { place: one.enter })
    expect(edit('l', { place: two.enter })).toContain(
      `rally: ${nameOf('k')} is editing a.txt in this same working tree`,
    )
  })
})
