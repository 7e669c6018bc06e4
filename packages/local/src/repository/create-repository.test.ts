import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { RepositoryPort } from '@rally/core/ports/repository'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, GIT_ENV, type Scratch } from '../../test/support/scratch.js'
import { createRepository } from './create-repository.js'
import { parseStatus } from './dirty-files.js'

let scratch: Scratch
let repository: RepositoryPort
beforeEach(() => {
  scratch = createScratch()
  repository = createRepository({ env: GIT_ENV, dirtyTimeoutMs: 20_000, branchTimeoutMs: 20_000 })
})
afterEach(() => scratch.dispose())

/** A `git` in front of the real one that leaves a trace of each call. */
function tracedGit(body = ''): { env: Record<string, string>; calls: () => string[] } {
  const trace = scratch.path('trace')
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  scratch.write('bin/git', `#!/bin/sh\necho "$*" >> '${trace}'\n${body}\nexec '${real}' "$@"\n`)
  chmodSync(scratch.path('bin/git'), 0o755)
  const env = { ...GIT_ENV, PATH: `${scratch.path('bin')}${delimiter}${GIT_ENV.PATH}` }
  const calls = () => execFileSync('sh', ['-c', `cat '${trace}' 2>/dev/null || true`], { encoding: 'utf8' }).split('\n')
  return { env, calls: () => calls().filter((line) => line !== '') }
}

describe('dirtyFiles', () => {
  it('is empty in a clean checkout', async () => {
    expect(await repository.dirtyFiles(scratch.repository('app'))).toEqual({ files: [], unknown: false })
  })

  it('names changed, new, renamed and removed files from the top, whatever their names', async () => {
    const repo = scratch.repository('app')
    scratch.write('app/old.txt', 'some text that stays the same\n')
    scratch.write('app/gone.txt', 'gone\n')
    scratch.git(repo, ['add', '.'])
    scratch.git(repo, ['commit', '-q', '-m', 'two'])
    scratch.git(repo, ['mv', 'old.txt', 'new name ä.txt'])
    rmSync(join(repo, 'gone.txt'))
    scratch.write('app/a.txt', 'changed\n')
    scratch.write('app/deep/with -> arrow "quotes".txt', 'x')
    scratch.write('app/line\nbreak.txt', 'x')
    const expected = ['a.txt', 'deep/', 'gone.txt', 'line\nbreak.txt', 'new name ä.txt']
    for (const dir of [repo, join(repo, 'deep')]) {
      const { files, unknown } = await repository.dirtyFiles(dir)
      expect({ files: [...files].sort(), unknown }).toEqual({ files: expected, unknown: false })
    }
  })

  it("does not count the build loop's untracked folder, but counts what is tracked in it", async () => {
    const repo = scratch.repository('app')
    scratch.write('app/.build-loop/state.json', '{}')
    expect((await repository.dirtyFiles(repo)).files).toEqual([])
    scratch.git(repo, ['add', '.'])
    expect((await repository.dirtyFiles(repo)).files).toEqual(['.build-loop/state.json'])
    scratch.git(repo, ['commit', '-q', '-m', 'state'])
    scratch.write('app/.build-loop/state.json', '{"a":1}')
    scratch.write('app/.build-loop/new.json', '{}')
    expect((await repository.dirtyFiles(repo)).files).toEqual(['.build-loop/state.json'])
    scratch.write('app/.build-loopy/x', 'x')
    expect((await repository.dirtyFiles(repo)).files).toContain('.build-loopy/')
  })

  it('has nothing to say outside a working tree', async () => {
    const bare = scratch.mkdir('bare.git')
    scratch.git(bare, ['init', '-q', '--bare'])
    for (const dir of [bare, scratch.mkdir('plain'), scratch.path('missing')]) {
      const { files, unknown } = await repository.dirtyFiles(dir)
      expect(files).toEqual([])
      expect(unknown, dir).toBe(dir.endsWith('missing'))
    }
  })

  it('says unknown, in time, when git hangs, fails or is not there', async () => {
    const repo = scratch.repository('app')
    const asked = (env: Record<string, string>) => createRepository({ env, dirtyTimeoutMs: 300 }).dirtyFiles(repo)
    const unknown = { files: [], unknown: true }
    expect(await asked(tracedGit('sleep 60').env)).toEqual(unknown)
    expect(await asked(tracedGit('exit 128').env)).toEqual(unknown)
    expect(await asked({ PATH: '/nonexistent' })).toEqual(unknown)
  })

  it('leaves the index alone', async () => {
    const repo = scratch.repository('app')
    const before = execFileSync('sha256sum', [join(repo, '.git/index')], { encoding: 'utf8' })
    execFileSync('touch', ['-d', '2001-01-01', join(repo, 'a.txt')])
    await repository.dirtyFiles(repo)
    expect(execFileSync('sha256sum', [join(repo, '.git/index')], { encoding: 'utf8' })).toBe(before)
  })
})

describe('parseStatus', () => {
  it('skips the old path of a rename and what is no entry', () => {
    expect(parseStatus('R  new\0old\0 M b\0?? c/\0\0?? .build-loop/\0C  d\0b\0')).toEqual(['new', 'b', 'c/', 'd'])
    expect(parseStatus('')).toEqual([])
  })
})

describe('branch', () => {
  const sha = (repo: string, ref = 'HEAD') => scratch.git(repo, ['rev-parse', ref])
  const commit = (repo: string, message: string) => {
    scratch.git(repo, ['commit', '-q', '--allow-empty', '-m', message])
    return sha(repo)
  }

  it('runs no process for branch, commit and a commit that is already in main', async () => {
    const repo = scratch.repository('app')
    const { env, calls } = tracedGit()
    const facts = { headSha: sha(repo), mergeStatus: 'merged' }
    const traced = createRepository({ env })
    expect(await traced.branch(repo)).toEqual({ name: 'main', ...facts })
    scratch.git(repo, ['checkout', '-q', '-b', 'feature/ä b'.replace(' ', '-')])
    expect(await traced.branch(repo)).toEqual({ name: 'feature/ä-b', ...facts })
    scratch.git(repo, ['checkout', '-q', '--detach'])
    expect(await traced.branch(repo)).toEqual({ name: 'HEAD', ...facts })
    scratch.git(repo, ['checkout', '-q', 'main'])
    scratch.git(repo, ['pack-refs', '--all', '--prune'])
    expect(await traced.branch(repo)).toEqual({ name: 'main', ...facts })
    expect(calls()).toEqual([])
  })

  it('tells merged from unmerged', async () => {
    const repo = scratch.repository('app')
    scratch.git(repo, ['checkout', '-q', '-b', 'side'])
    const first = commit(repo, 'on the side')
    expect(await repository.branch(repo)).toEqual({ name: 'side', headSha: first, mergeStatus: 'unmerged' })
    scratch.git(repo, ['checkout', '-q', 'main'])
    scratch.git(repo, ['merge', '-q', '--no-ff', '-m', 'merge', 'side'])
    scratch.git(repo, ['checkout', '-q', 'side'])
    expect((await repository.branch(repo)).mergeStatus).toBe('merged')
  })

  it('measures by origin/main where there is one', async () => {
    const repo = scratch.repository('app')
    scratch.git(repo, ['update-ref', 'refs/remotes/origin/main', 'HEAD'])
    commit(repo, 'not pushed')
    expect(await repository.branch(repo)).toMatchObject({ name: 'main', mergeStatus: 'unmerged' })
    scratch.git(repo, ['update-ref', 'refs/remotes/origin/main', 'HEAD'])
    scratch.git(repo, ['pack-refs', '--all', '--prune'])
    expect(await repository.branch(repo)).toMatchObject({ name: 'main', mergeStatus: 'merged' })
  })

  it('looks at the branch of the working tree it is asked in', async () => {
    const repo = scratch.repository('app')
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    const head = commit(tree, 'in the tree')
    mkdirSync(join(tree, 'sub'))
    expect(await repository.branch(join(tree, 'sub'))).toEqual({ name: 'side', headSha: head, mergeStatus: 'unmerged' })
    expect(await repository.branch(repo)).toMatchObject({ name: 'main', mergeStatus: 'merged' })
  })

  it('is unknown as far as nothing can be told', async () => {
    const unknown = { name: 'unknown', headSha: 'unknown', mergeStatus: 'unknown' }
    expect(await repository.branch(scratch.mkdir('plain'))).toEqual(unknown)
    expect(await repository.branch(scratch.path('missing'))).toEqual(unknown)
    const fresh = scratch.mkdir('fresh')
    scratch.git(fresh, ['init', '-q', '-b', 'start'])
    expect(await repository.branch(fresh)).toEqual({ ...unknown, name: 'start' })
    const repo = scratch.repository('app')
    scratch.git(repo, ['branch', '-m', 'main', 'trunk'])
    expect(await repository.branch(repo)).toEqual({ name: 'trunk', headSha: sha(repo), mergeStatus: 'unknown' })
  })

  it('answers in time when git hangs: branch and commit from files, merged or not unknown', async () => {
    const repo = scratch.repository('app')
    scratch.git(repo, ['checkout', '-q', '-b', 'side'])
    const head = commit(repo, 'on the side')
    const hanging = createRepository({ env: tracedGit('sleep 60').env, branchTimeoutMs: 300 })
    expect(await hanging.branch(repo)).toEqual({ name: 'side', headSha: head, mergeStatus: 'unknown' })
  })

  it('asks git where branches are kept in another form', async () => {
    const repo = scratch.repository('app')
    const head = sha(repo)
    // Looks like a reftable repository; git itself still finds its branches.
    scratch.mkdir('app/.git/reftable')
    const { env, calls } = tracedGit()
    const facts = await createRepository({ env, branchTimeoutMs: 20_000 }).branch(repo)
    expect(facts).toEqual({ name: 'main', headSha: head, mergeStatus: 'merged' })
    expect(calls().length).toBeGreaterThan(0)
    scratch.git(repo, ['checkout', '-q', '--detach'])
    expect(await repository.branch(repo)).toEqual({ name: 'HEAD', headSha: head, mergeStatus: 'merged' })
  })

  it.each([
    ['a HEAD that is no reference', 'junk\n'],
    ['a HEAD that leads out of the git folder', 'ref: refs/heads/../../../secret\n'],
  ])('does not believe %s', async (_, text) => {
    const repo = scratch.repository('app')
    scratch.write('app/secret', `${'a'.repeat(40)}\n`)
    scratch.write('secret', `${'a'.repeat(40)}\n`)
    writeFileSync(join(repo, '.git/HEAD'), text)
    expect((await repository.branch(repo)).headSha).toBe('unknown')
  })

  it('is not held up by a FIFO in place of a branch', async () => {
    const repo = scratch.repository('app')
    renameSync(join(repo, '.git/refs/heads/main'), scratch.path('main'))
    execFileSync('mkfifo', [join(repo, '.git/refs/heads/main')])
    const bounded = createRepository({ env: GIT_ENV, branchTimeoutMs: 300 })
    expect((await bounded.branch(repo)).headSha).toBe('unknown')
  })
})

describe('readText', () => {
  it('reads a small regular file and nothing else', async () => {
    const path = scratch.write('file ä.txt', 'text ä\n')
    expect(await repository.readText(path)).toBe('text ä\n')
    execFileSync('mkfifo', [scratch.path('fifo')])
    scratch.write('large', 'x'.repeat(1024 * 1024 + 1))
    for (const name of ['missing', 'fifo', 'large', '.', 'file ä.txt/below', 'a\0b']) {
      expect(await repository.readText(scratch.path(name)), name).toBeUndefined()
    }
  })
})
