import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, GIT_ENV, type Scratch } from '../../test/support/scratch.js'
import { findGitLayout, isLayout } from './git-layout.js'

let scratch: Scratch
beforeEach(() => {
  scratch = createScratch()
})
afterEach(() => scratch.dispose())

type Env = Record<string, string>

/** What git itself says, or undefined where it refuses. */
function askGit(cwd: string, env: Env): { commonDir: string; top: string | null } | undefined {
  const ask = (flag: string) => {
    try {
      return execFileSync('git', ['rev-parse', flag], {
        cwd,
        env: { ...GIT_ENV, ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    } catch {
      return undefined
    }
  }
  const common = ask('--git-common-dir')
  if (common === undefined) return undefined
  return { commonDir: realpathSync(resolve(cwd, common)), top: ask('--show-toplevel') || null }
}

function askFiles(cwd: string, env: Env): { commonDir: string; top: string | null } | undefined {
  const found = findGitLayout(realpathSync(cwd), env)
  return isLayout(found) ? { commonDir: found.commonDir, top: found.worktree } : undefined
}

function expectAgreement(cwd: string, env: Env = {}): { commonDir: string; top: string | null } | undefined {
  const files = askFiles(cwd, env)
  expect(files, cwd).toEqual(askGit(cwd, env))
  return files
}

describe('findGitLayout agrees with git', () => {
  it('in the main checkout, its subfolders and inside the git folder', () => {
    const repo = scratch.repository('my repo')
    mkdirSync(join(repo, 'deep/er/est'), { recursive: true })
    for (const dir of [repo, join(repo, 'deep'), join(repo, 'deep/er/est')]) {
      expect(expectAgreement(dir)).toEqual({ commonDir: join(repo, '.git'), top: repo })
    }
    for (const dir of ['.git', '.git/objects', '.git/refs/heads']) {
      expect(expectAgreement(join(repo, dir))).toEqual({ commonDir: join(repo, '.git'), top: null })
    }
  })

  it('outside of any repository', () => {
    expect(expectAgreement(scratch.mkdir('plain/folder'), { GIT_CEILING_DIRECTORIES: scratch.dir })).toBeUndefined()
  })

  it('in linked working trees, also nested ones and their git folders', () => {
    const repo = scratch.repository('app')
    const trees = [scratch.path('elsewhere/tree ä'), join(repo, '.worktrees/inner')]
    for (const [index, tree] of trees.entries()) {
      scratch.git(repo, ['worktree', 'add', '-q', '-b', `side-${index}`, tree])
      mkdirSync(join(tree, 'sub'))
      expect(expectAgreement(tree)).toEqual({ commonDir: join(repo, '.git'), top: tree })
      expect(expectAgreement(join(tree, 'sub'))?.commonDir).toBe(join(repo, '.git'))
    }
    expect(expectAgreement(join(repo, '.git/worktrees/inner'))?.commonDir).toBe(join(repo, '.git'))
  })

  it('in submodules and their working trees', () => {
    const library = scratch.repository('library')
    const repo = scratch.repository('app')
    scratch.git(repo, ['submodule', '--quiet', 'add', library, 'vendor/lib'])
    const sub = join(repo, 'vendor/lib')
    expect(expectAgreement(sub)).toEqual({ commonDir: join(repo, '.git/modules/vendor/lib'), top: sub })
    const tree = scratch.path('lib-tree')
    scratch.git(sub, ['worktree', 'add', '-q', '-b', 'side', tree])
    expect(expectAgreement(tree)).toEqual({ commonDir: join(repo, '.git/modules/vendor/lib'), top: tree })
  })

  it('in bare repositories and the working trees of one', () => {
    const seed = scratch.repository('seed')
    scratch.git(scratch.dir, ['clone', '-q', '--bare', seed, 'project/.bare'])
    const bare = scratch.path('project/.bare')
    const safely = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.bareRepository', GIT_CONFIG_VALUE_0: 'explicit' }
    // As git with `safe.bareRepository=explicit`: only where the user names it.
    for (const dir of [bare, join(bare, 'refs')]) {
      expect(askFiles(dir, {})).toBeUndefined()
      expect(askGit(dir, safely)).toBeUndefined()
    }
    expect(askFiles(bare, { GIT_DIR: bare })?.commonDir).toBe(askGit(bare, { ...safely, GIT_DIR: bare })?.commonDir)
    const tree = scratch.path('project/main')
    scratch.git(bare, ['worktree', 'add', '-q', tree, 'main'])
    expect(expectAgreement(tree)).toEqual({ commonDir: bare, top: tree })
    scratch.write('project/.git', 'gitdir: ./.bare\n')
    expect(askFiles(scratch.path('project'), {})?.commonDir).toBe(askGit(scratch.path('project'), {})?.commonDir)
  })

  it('with a separate git folder, a linked git folder and a linked checkout', () => {
    const apart = scratch.mkdir('apart')
    scratch.mkdir('store')
    scratch.git(apart, ['init', '-q', '--separate-git-dir', scratch.path('store/apart.git')])
    expect(expectAgreement(apart)).toEqual({ commonDir: scratch.path('store/apart.git'), top: apart })

    const repo = scratch.repository('app')
    const moved = scratch.path('hidden')
    renameSync(join(repo, '.git'), moved)
    symlinkSync(moved, join(repo, '.git'))
    expect(askFiles(repo, {})?.commonDir).toBe(askGit(repo, {})?.commonDir)

    symlinkSync(repo, scratch.path('alias'))
    expect(expectAgreement(scratch.path('alias'))?.top).toBe(repo)
  })

  it('with GIT_DIR, GIT_WORK_TREE, GIT_COMMON_DIR and ceilings', () => {
    const repo = scratch.repository('app')
    const other = scratch.mkdir('other')
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    mkdirSync(join(repo, 'sub/sub'), { recursive: true })
    const dotGit = join(repo, '.git')
    expectAgreement(repo, { GIT_DIR: '.git' })
    expectAgreement(other, { GIT_DIR: dotGit })
    expectAgreement(other, { GIT_DIR: '../app/.git', GIT_WORK_TREE: '../app' })
    expectAgreement(other, { GIT_DIR: join(tree, '.git'), GIT_WORK_TREE: tree })
    expectAgreement(tree, { GIT_DIR: join(dotGit, 'worktrees/tree') })
    expectAgreement(other, { GIT_DIR: join(dotGit, 'worktrees/tree'), GIT_COMMON_DIR: dotGit, GIT_WORK_TREE: tree })
    expectAgreement(repo, { GIT_DIR: scratch.path('nowhere') })
    expectAgreement(join(repo, 'sub/sub'), { GIT_CEILING_DIRECTORIES: repo })
    expectAgreement(join(repo, 'sub/sub'), { GIT_CEILING_DIRECTORIES: `${scratch.dir}:/nowhere` })
    expectAgreement(repo, { GIT_CEILING_DIRECTORIES: repo })
  })

  it('about things that only look like a repository', () => {
    const repo = scratch.repository('app')
    const env = { GIT_CEILING_DIRECTORIES: scratch.dir }
    scratch.mkdir('app/empty/.git')
    scratch.mkdir('app/half/.git/objects')
    scratch.write('app/half/.git/HEAD', 'ref: refs/heads/main\n')
    expect(expectAgreement(join(repo, 'empty'), env)?.top).toBe(repo)
    expect(expectAgreement(join(repo, 'half'), env)?.top).toBe(repo)
    for (const [name, text] of Object.entries({
      dangling: `gitdir: ${scratch.path('gone')}\n`,
      words: 'this is not a pointer\n',
      blank: 'gitdir: \n',
      void: '',
      huge: `gitdir: ${'x/'.repeat(50_000)}\n`,
    })) {
      scratch.write(`app/${name}/.git`, text)
      expect(expectAgreement(join(repo, name), env), name).toBeUndefined()
    }
  })
})

describe('findGitLayout', () => {
  it('says what is wrong with a pointer whose repository is gone', () => {
    const repo = scratch.repository('app')
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    rmSync(join(repo, '.git'), { recursive: true })
    expect(findGitLayout(tree, {})).toEqual({ reason: `a .git file points to no repository: ${join(tree, '.git')}` })
  })

  it('is not held up by a FIFO', () => {
    const repo = scratch.repository('app')
    mkdirSync(join(repo, 'sub'))
    execFileSync('mkfifo', [join(repo, 'sub/.git')])
    expect(askFiles(join(repo, 'sub'), {})?.top).toBe(repo)
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    rmSync(join(repo, '.git/worktrees/tree/commondir'))
    execFileSync('mkfifo', [join(repo, '.git/worktrees/tree/commondir')])
    expect(askFiles(tree, {})).toBeUndefined()
  })

  it('finds the real top where git runs a hook with GIT_DIR set', () => {
    const repo = scratch.repository('app')
    mkdirSync(join(repo, 'sub'))
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    mkdirSync(join(tree, 'sub'))
    expect(askFiles(join(repo, 'sub'), { GIT_DIR: join(repo, '.git') })?.top).toBe(repo)
    expect(askFiles(join(tree, 'sub'), { GIT_DIR: join(repo, '.git/worktrees/tree') })?.top).toBe(tree)
  })

  it('takes GIT_DIR="" for unset', () => {
    const repo = scratch.repository('app')
    expect(askFiles(repo, { GIT_DIR: '' })?.top).toBe(repo)
  })

  it('finds a submodule pointer with the line end of another system', () => {
    const repo = scratch.repository('app')
    const store = scratch.path('store')
    renameSync(join(repo, '.git'), store)
    writeFileSync(join(repo, '.git'), `gitdir: ${store}\r\n`)
    expect(askFiles(repo, {})?.commonDir).toBe(store)
  })
})
