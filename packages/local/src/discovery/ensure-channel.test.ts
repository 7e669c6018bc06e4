import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, type Scratch } from '../../test/support/scratch.js'
import { ensureChannel, ensureOpenChannel } from './ensure-channel.js'
import { resolveChannelSync } from './resolve-channel.js'

let scratch: Scratch
let env: Record<string, string>
beforeEach(() => {
  scratch = createScratch()
  env = { AGENT_RALLY_APPS_ROOT: scratch.path('apps') }
})
afterEach(() => scratch.dispose())

const resolve = (repo: string) => resolveChannelSync(repo, env)
const settle = (repo: string) => ensureChannel(resolve(repo)).app
const mode = (path: string) => statSync(path).mode & 0o777
const NEWCOMER = /^app-[0-9a-f]{8}$/

describe('ensureChannel', () => {
  it('makes a private folder with a private marker, and nothing more', () => {
    const repo = scratch.repository('app')
    const channel = ensureChannel(resolve(repo))
    expect(channel).toEqual(resolve(repo))
    expect(mode(scratch.path('apps'))).toBe(0o700)
    expect(mode(channel.dir)).toBe(0o700)
    expect(readdirSync(channel.dir)).toEqual(['repository.json'])
    expect(mode(join(channel.dir, 'repository.json'))).toBe(0o600)
    expect(JSON.parse(readFileSync(join(channel.dir, 'repository.json'), 'utf8'))).toMatchObject({
      schema: 'rally.repository/1',
      git_common_dir: join(repo, '.git'),
    })
    expect(settle(repo)).toBe('app')
  })

  it('adopts the folder that the Python system made, its files and rights untouched', () => {
    const repo = scratch.repository('app')
    scratch.write('apps/app/sessions/s1.json', '{}')
    const before = mode(scratch.path('apps/app'))
    expect(settle(repo)).toBe('app')
    expect(mode(scratch.path('apps/app'))).toBe(before)
    expect(readFileSync(scratch.path('apps/app/sessions/s1.json'), 'utf8')).toBe('{}')
  })

  it('gives a second repository of the same name a room of its own, for all its working trees', () => {
    const one = scratch.repository('one/app')
    const two = scratch.repository('two/app')
    expect(resolve(two).app).toBe('app')
    expect(settle(one)).toBe('app')
    const other = resolve(two).app
    expect(other).toMatch(NEWCOMER)
    expect(existsSync(scratch.path('apps', other))).toBe(false)
    expect(settle(two)).toBe(other)
    const tree = scratch.path('tree')
    scratch.git(two, ['worktree', 'add', '-q', '-b', 'side', tree])
    expect(settle(tree)).toBe(other)
    expect(settle(one)).toBe('app')
  })

  it('writes to the other room when a repository of the same name was quicker after resolving', () => {
    const one = resolve(scratch.repository('one/app'))
    const two = resolve(scratch.repository('two/app'))
    expect(two.app).toBe('app')
    expect(ensureChannel(one).app).toBe('app')
    const moved = ensureChannel(two)
    expect(moved.app).toMatch(NEWCOMER)
    expect(moved).toMatchObject({ dir: scratch.path('apps', moved.app), legacyChannelDir: moved.dir })
    expect(() => ensureOpenChannel(two)).toThrowError(expect.objectContaining({ code: 'BUSY', exit: 6 }))
    ensureOpenChannel(one)
    ensureOpenChannel(moved)
  })

  it('keeps the rooms of repositories that are moved', () => {
    const one = scratch.repository('one/app')
    const two = scratch.repository('two/app')
    const rooms = [settle(one), settle(two)]
    mkdirSync(scratch.path('new/one'), { recursive: true })
    mkdirSync(scratch.path('new/two'), { recursive: true })
    renameSync(one, scratch.path('new/one/app'))
    renameSync(two, scratch.path('new/two/app'))
    expect([settle(scratch.path('new/one/app')), settle(scratch.path('new/two/app'))]).toEqual(rooms)
    expect(readFileSync(scratch.path('apps/app/repository.json'), 'utf8')).toContain('new/one/app')
  })

  it('takes over the room of a repository that is gone, unless it has one already', () => {
    const one = scratch.repository('one/app')
    const two = scratch.repository('two/app')
    settle(one)
    const room = settle(two)
    rmSync(one, { recursive: true })
    expect(settle(two)).toBe(room)
    expect(settle(scratch.repository('three/app'))).toBe('app')
    expect(settle(scratch.repository('four/app'))).toMatch(NEWCOMER)
  })

  it('keeps the room of a repository that was copied to another disk, or deleted and cloned again', () => {
    const one = scratch.repository('one/app')
    settle(one)
    cpSync(one, scratch.path('two/app'), { recursive: true })
    rmSync(one, { recursive: true })
    expect(settle(scratch.path('two/app'))).toBe('app')
    rmSync(scratch.path('two/app'), { recursive: true })
    expect(settle(scratch.repository('two/app'))).toBe('app')
  })

  it('tells a moved repository from a new one at its old path, whichever writes first', () => {
    const one = scratch.repository('one/app')
    settle(one)
    mkdirSync(scratch.path('new'))
    renameSync(one, scratch.path('new/app'))
    expect(settle(scratch.path('new/app'))).toBe('app')
    expect(settle(scratch.repository('one/app'))).toMatch(NEWCOMER)
  })

  it.each([
    ['garbage', 'not json'],
    ['empty', ''],
    ['of another kind', '{"schema":"x","git_common_dir":"/x"}'],
    ['without a path', '{"schema":"rally.repository/1"}'],
    ['too large', ' '.repeat(100_000)],
  ])('replaces a marker that is %s', (_, text) => {
    const repo = scratch.repository('app')
    scratch.write('apps/app/repository.json', text)
    expect(settle(repo)).toBe('app')
    expect(settle(scratch.repository('two/app'))).toMatch(NEWCOMER)
    expect(readdirSync(scratch.path('apps/app'))).toEqual(['repository.json'])
  })

  it('does not write through a marker that is a link', () => {
    const repo = scratch.repository('app')
    scratch.write('precious', 'keep me')
    scratch.mkdir('apps/app')
    symlinkSync(scratch.path('precious'), scratch.path('apps/app/repository.json'))
    expect(settle(repo)).toBe('app')
    expect(readFileSync(scratch.path('precious'), 'utf8')).toBe('keep me')
  })

  it('goes on where a process died in the middle of taking a room over', () => {
    const gone = scratch.repository('gone/app')
    settle(gone)
    rmSync(gone, { recursive: true })
    const marker = scratch.path('apps/app/repository.json')
    const repo = scratch.repository('one/app')
    const claimOf = (dir: string) => `{"schema":"rally.repository/1","git_common_dir":${JSON.stringify(dir)}}`

    // its own claim, a claim of nobody, a damaged claim: all are cleared away
    for (const claim of [claimOf(join(repo, '.git')), claimOf('/gone/.git'), '{']) {
      writeFileSync(marker, claimOf('/gone/too/.git'))
      writeFileSync(`${marker}.next`, claim)
      expect(settle(repo)).toBe('app')
      expect(readdirSync(scratch.path('apps/app'))).toEqual(['repository.json'])
    }
    // the claim of a live repository stands
    const two = scratch.repository('two/app')
    writeFileSync(marker, claimOf('/gone/too/.git'))
    writeFileSync(`${marker}.next`, claimOf(join(two, '.git')))
    expect(settle(repo)).toMatch(NEWCOMER)
    expect(settle(two)).toBe('app')
  })

  it('says why a channel cannot be made', () => {
    const repo = scratch.repository('app')
    const channel = resolve(repo)
    scratch.write('apps', 'a file')
    expect(() => ensureChannel(channel)).toThrowError(expect.objectContaining({ code: 'CHANNEL_UNUSABLE', exit: 1 }))
  })

  it('puts no marker into a channel that it did not find itself', () => {
    const channel = { ...resolve(scratch.repository('app')), commonDir: null, dir: scratch.path('native/x') }
    expect(ensureChannel(channel)).toBe(channel)
    expect(readdirSync(channel.dir)).toEqual([])
  })
})

describe('racing first writers', () => {
  const worker = fileURLToPath(new URL('../../test/support/settle-worker.js', import.meta.url))

  /** Processes wait for one file and then write first, all at once; each answers the room it ended up in. */
  async function race(repos: readonly string[]): Promise<string[]> {
    const go = scratch.path('go')
    rmSync(go, { force: true })
    const answers = repos.map(
      (repo) =>
        new Promise<string>((settled, failed) => {
          const child = spawn(process.execPath, ['--conditions=rally-internal', worker, repo, go], {
            env: { ...process.env, ...env },
          })
          let out = ''
          let err = ''
          child.stdout.on('data', (data) => {
            out += data
          })
          child.stderr.on('data', (data) => {
            err += data
          })
          child.on('close', (code) => (code === 0 ? settled(out) : failed(new Error(err))))
        }),
    )
    setTimeout(() => writeFileSync(go, ''), 300)
    return Promise.all(answers)
  }

  function expectApart(repos: readonly string[], rooms: readonly string[]): void {
    const roomOf = new Map<string, Set<string>>()
    repos.forEach((repo, index) => {
      roomOf.set(repo, (roomOf.get(repo) ?? new Set()).add(rooms[index] ?? ''))
    })
    for (const found of roomOf.values()) expect([...found]).toHaveLength(1)
    expect(new Set(rooms).size).toBe(roomOf.size)
    expect(rooms).toContain('app')
    for (const [index, repo] of repos.entries()) expect(resolve(repo).app).toBe(rooms[index])
  }

  it('agree on an empty apps root, on a room of the Python system and on one whose repository is gone', async () => {
    const repos = [1, 2, 3].map((n) => scratch.repository(`${n}/app`))
    const twice = [...repos, ...repos]
    for (const prepare of [
      () => {},
      () => scratch.mkdir('apps/app/sessions'),
      () =>
        scratch.write('apps/app/repository.json', '{"schema":"rally.repository/1","git_common_dir":"/gone/app/.git"}'),
    ]) {
      for (let round = 0; round < 3; round++) {
        rmSync(scratch.path('apps'), { recursive: true, force: true })
        prepare()
        expectApart(twice, await race(twice))
      }
    }
  })
})
