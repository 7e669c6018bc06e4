import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, GIT_ENV, type Scratch } from '../../test/support/scratch.js'
import { findHooksFolder } from './hooks-folder.js'

let scratch: Scratch
let repo: string
beforeEach(() => {
  scratch = createScratch()
  repo = scratch.repository('app')
})
afterEach(() => scratch.dispose())

const find = (at = repo, env: Record<string, string> = {}) =>
  findHooksFolder(at, { env: { ...GIT_ENV, ...env }, timeoutMs: 60_000 })
const usual = () => join(repo, '.git/hooks')

describe('findHooksFolder', () => {
  it('is that of the git folder, for all working trees of the repository', async () => {
    scratch.git(repo, ['worktree', 'add', '-q', scratch.path('tree')])
    for (const at of [repo, scratch.mkdir('app/deep'), scratch.path('tree')]) {
      expect(await find(at)).toEqual({ folder: usual(), where: 'git', configured: null, usual: usual() })
    }
    // As git calls hooks there.
    const inHook = { GIT_DIR: join(repo, '.git/worktrees/tree') }
    expect(await find(scratch.path('tree'), inHook)).toMatchObject({ folder: usual(), where: 'git' })
  })

  it('is that of a submodule', async () => {
    scratch.git(repo, ['submodule', '--quiet', 'add', scratch.repository('library'), 'sub'])
    const folder = join(repo, '.git/modules/sub/hooks')
    expect(await find(join(repo, 'sub'))).toMatchObject({ folder, where: 'git' })
  })

  it.each([
    ['.husky/_', 'tree', '.husky/_'],
    ['.githooks', 'tree', '.githooks'],
    ['.git/own', 'git', '.git/own'],
    ['.git', 'git', '.git'],
    ['../shared', 'outside', '../shared'],
    ['/dev/null', 'outside', '/dev/null'],
  ])('is where core.hooksPath says: %s is %s', async (path, where, folder) => {
    scratch.git(repo, ['config', 'core.hooksPath', path])
    const found = await find(scratch.mkdir('app/deep'))
    expect(found).toMatchObject({ where, configured: path })
    if (!path.startsWith('/')) expect(found?.folder).toBe(join(repo, folder))
  })

  it('obeys the home folder, included files, the environment, and the last word of several', async () => {
    scratch.write('more', '[core]\n\thooksPath = ~/hooks\n')
    scratch.git(repo, ['config', 'include.path', scratch.path('more')])
    const env = { HOME: scratch.path('home') }
    expect(await find(repo, env)).toMatchObject({ folder: scratch.path('home/hooks'), where: 'outside' })
    scratch.git(repo, ['config', '--file', scratch.path('more'), '--add', 'core.hooksPath', '.githooks'])
    expect(await find(repo, env)).toMatchObject({ where: 'tree' })
    const named = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/elsewhere' }
    expect(await find(repo, named)).toMatchObject({ folder: '/elsewhere', where: 'outside' })
    scratch.git(repo, ['config', '--file', scratch.path('more'), '--add', 'core.hooksPath', ''])
    expect(await find()).toMatchObject({ configured: null, where: 'git' })
  })

  it('sees through links', async () => {
    rmSync(usual(), { recursive: true, force: true })
    mkdirSync(join(repo, 'scripts'))
    symlinkSync('../scripts', usual())
    expect(await find()).toMatchObject({ folder: join(repo, 'scripts'), where: 'tree' })
    rmSync(usual())
    symlinkSync(scratch.mkdir('shared'), usual())
    expect(await find()).toMatchObject({ folder: scratch.path('shared'), where: 'outside' })
  })

  it('is not known outside of a working tree, and when git does not answer', async () => {
    const bare = scratch.mkdir('bare.git')
    scratch.git(bare, ['init', '-q', '--bare'])
    for (const at of [bare, scratch.mkdir('plain'), join(repo, '.git')]) expect(await find(at)).toBeUndefined()
    expect(await find(repo, { PATH: '/nonexistent' })).toBeUndefined()
  })
})
