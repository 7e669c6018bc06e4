import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { RepositoryPort } from '@rally/core/ports/repository'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, GIT_ENV, type Scratch } from '../../test/support/scratch.js'
import { createRepository } from './create-repository.js'

let scratch: Scratch
let repo: string
beforeEach(() => {
  scratch = createScratch()
  repo = scratch.repository('app')
})
afterEach(() => scratch.dispose())

const port = (env: Record<string, string> = {}): RepositoryPort =>
  createRepository({ env: { ...GIT_ENV, ...env }, commitTimeoutMs: 60_000 })
const git = (...args: string[]) => scratch.git(repo, args)
const put = (path: string, text = 'x\n') => scratch.write(join('app', path), text)

async function staged(at = repo, env: Record<string, string> = {}): Promise<string[]> {
  const { files, unknown } = await port(env).filesToCommit(at, { staged: true })
  expect(unknown).toBe(false)
  return [...files].sort()
}

/** What a pre-commit hook would be told, by the environment that git gives it. */
function seenByHook(): string[] {
  const seen = scratch.path('seen')
  const line = '[ -n "$GIT_INDEX_FILE" ] && printf "%s\\0%s\\0%s" "$GIT_INDEX_FILE" "$GIT_DIR" "$PWD"'
  put('../hooks/pre-commit', `#!/bin/sh\ncp "$GIT_INDEX_FILE" '${scratch.path('index')}'\n${line} > '${seen}'\n`)
  chmodSync(scratch.path('hooks/pre-commit'), 0o755)
  return [seen]
}

describe('what is staged', () => {
  it('is nothing after a commit, and outside of a repository', async () => {
    expect(await staged()).toEqual([])
    expect(await staged(scratch.mkdir('plain'))).toEqual([])
  })

  it('is what the index has, whatever the names, and of a renamed file both', async () => {
    const names = ['-a.ts', ':(x).ts', 'deep/line\nbreak ä.ts', '"q" * ?.ts', ' .ts', '\u0001123']
    for (const name of names) put(name)
    put('not staged')
    git('add', '--', ...names.map((name) => `:(literal)${name}`))
    git('mv', 'a.txt', 'moved.txt')
    put('moved.txt', 'changed, and not staged')
    expect(await staged()).toEqual([...names, 'a.txt', 'moved.txt'].sort())
    expect(await staged(join(repo, 'deep'))).toHaveLength(8)
    git('config', 'diff.relative', 'true')
    expect(await staged(join(repo, 'deep'), { GIT_LITERAL_PATHSPECS: '1' })).toHaveLength(8)
    // What will be added is not staged yet.
    put('later.ts')
    git('add', '--intent-to-add', 'later.ts')
    expect(await staged()).not.toContain('later.ts')
    rmSync(join(repo, 'moved.txt'))
    git('commit', '-q', '-m', 'two')
    git('rm', '-q', '--', ':(literal)-a.ts')
    expect(await staged()).toEqual(['-a.ts'])
  })

  it('is everything before the first commit', async () => {
    const fresh = scratch.mkdir('fresh')
    scratch.git(fresh, ['init', '-q'])
    expect(await staged(fresh)).toEqual([])
    scratch.write('fresh/a.ts', 'x')
    scratch.write('fresh/deep/b.ts', 'x')
    scratch.git(fresh, ['add', '.'])
    expect(await staged(join(fresh, 'deep'), { GIT_LITERAL_PATHSPECS: '1' })).toEqual(['a.ts', 'deep/b.ts'])
  })

  it.each([
    ['commit -a', ['commit', '-q', '-am', 'x'], ['a.txt', 'b.txt']],
    ['commit of one file', ['commit', '-q', '-m', 'x', '--', 'b.txt'], ['b.txt']],
    ['commit --include', ['commit', '-q', '-m', 'x', '-i', 'b.txt'], ['b.txt', 'c.txt']],
    ['commit of the index', ['commit', '-q', '-m', 'x'], ['c.txt']],
    ['commit --amend', ['commit', '-q', '--amend', '-m', 'x', '--', 'a.txt'], ['a.txt']],
  ])('in a hook it is what this very commit takes: %s', async (_name, args, expected) => {
    put('b.txt')
    git('add', '.')
    git('commit', '-q', '-m', 'two')
    for (const name of ['a.txt', 'b.txt']) put(name, 'changed\n')
    put('c.txt')
    if (!args.includes('-am')) git('add', 'c.txt')
    const [seen = ''] = seenByHook()
    scratch.git(repo, ['-c', `core.hooksPath=${scratch.path('hooks')}`, ...args])
    const [index = '', gitDir = '', cwd = ''] = readFileSync(seen, 'utf8').split('\0')
    expect(index).toContain('.git/')
    // The hook is over, and its index with it: the copy stands for it, HEAD for the commit before.
    git('update-ref', 'HEAD', args.includes('--amend') ? 'HEAD@{1}' : 'HEAD~1')
    const env = { GIT_INDEX_FILE: scratch.path('index'), ...(gitDir === '' ? {} : { GIT_DIR: gitDir }) }
    expect(await staged(cwd, env)).toEqual(expected)
  })

  it('in a merge leaves out what comes whole from the other side', async () => {
    put('both.txt', 'one\n')
    git('add', '.')
    git('commit', '-q', '-m', 'both')
    git('switch', '-q', '-c', 'side')
    put('both.txt', 'theirs\n')
    put('theirs.txt')
    git('add', '.')
    git('commit', '-q', '-m', 'theirs')
    git('switch', '-q', 'main')
    put('both.txt', 'ours\n')
    git('commit', '-q', '-am', 'ours')
    expect(() => git('merge', '-q', 'side')).toThrow()
    expect(await staged()).toEqual(['both.txt'])
    put('both.txt', 'settled\n')
    put('own.txt')
    git('add', '.')
    expect(await staged()).toEqual(['both.txt', 'own.txt'])
  })

  it('works in linked working trees and in submodules', async () => {
    git('worktree', 'add', '-q', scratch.path('tree'))
    scratch.write('tree/new.ts', 'x')
    scratch.git(scratch.path('tree'), ['add', '.'])
    expect(await staged(scratch.path('tree'))).toEqual(['new.ts'])
    expect(await staged()).toEqual([])
    git('submodule', '--quiet', 'add', scratch.repository('library'), 'sub')
    expect(await staged()).toEqual(['.gitmodules', 'sub'])
    put('sub/b.ts')
    scratch.git(join(repo, 'sub'), ['add', '.'])
    expect(await staged(join(repo, 'sub'))).toEqual(['b.ts'])
  })

  it('costs one process, and is unknown when git hangs', async () => {
    put('new.ts')
    git('add', '.')
    const trace = scratch.path('trace')
    scratch.write('bin/git', `#!/bin/sh\necho "$*" >> '${trace}'\nPATH='${GIT_ENV.PATH}' exec git "$@"\n`)
    chmodSync(scratch.path('bin/git'), 0o755)
    const env = { PATH: `${scratch.path('bin')}${delimiter}${GIT_ENV.PATH}` }
    expect(await staged(repo, env)).toEqual(['new.ts'])
    expect(readFileSync(trace, 'utf8').trimEnd().split('\n')).toHaveLength(1)
    writeFileSync(scratch.path('bin/git'), '#!/bin/sh\nsleep 60\n')
    const hung = createRepository({ env: { ...GIT_ENV, ...env }, commitTimeoutMs: 300 })
    expect(await hung.filesToCommit(repo, { staged: true })).toEqual({ files: [], unknown: true })
    expect(await hung.lastCommits(repo, { paths: ['a.txt'], since: 0 })).toBeUndefined()
  })
})

describe('what differs anywhere', () => {
  it('names both names of a file that was renamed', async () => {
    git('mv', 'a.txt', 'b.txt')
    put('new/x.txt')
    const { files } = await port().filesToCommit(repo, { staged: false })
    expect([...files].sort()).toEqual(['a.txt', 'b.txt', 'new/'])
    expect((await port().dirtyFiles(repo)).files).not.toContain('a.txt')
  })
})

describe('lastCommits', () => {
  const at = (time: number) => ({ GIT_COMMITTER_DATE: `@${time} +0000`, GIT_AUTHOR_DATE: `@${time} +0000` })
  const START = 1_700_000_000
  const commit = (time: number, ...paths: string[]) => {
    for (const path of paths) put(path, `${time}`)
    git('add', '.')
    scratch.git(repo, ['commit', '-q', '-m', 'x'], at(START + time))
  }

  it('says when each file was committed last, of those that were since', async () => {
    commit(10, 'src/a.ts', 'old.ts')
    commit(20, 'src/a.ts', 'line\nbreak', '\nfirst', '\u00011700000099')
    commit(30, 'b.ts')
    git('mv', 'b.ts', 'c.ts')
    scratch.git(repo, ['commit', '-q', '-m', 'x'], at(START + 40))
    const paths = ['src/a.ts', 'b.ts', 'c.ts', 'old.ts', 'line\nbreak', '\nfirst', 'never', '*.ts']
    for (const folder of [repo, join(repo, 'src')]) {
      const env = { GIT_LITERAL_PATHSPECS: '1' }
      const found = await port(env).lastCommits(folder, { paths, since: START + 15 })
      expect(Object.fromEntries(found ?? [])).toEqual({
        'src/a.ts': START + 20,
        'line\nbreak': START + 20,
        '\nfirst': START + 20,
        'b.ts': START + 40,
        'c.ts': START + 40,
      })
    }
    const many = [...paths, ...Array.from({ length: 600 }, (_, n) => `f${n}`)]
    expect((await port().lastCommits(repo, { paths: many, since: START }))?.get('old.ts')).toBe(START + 10)
  })

  it('counts what a merge brought when it was merged', async () => {
    commit(10, 'a.ts')
    git('switch', '-q', '-c', 'side')
    commit(20, 'side.ts')
    git('switch', '-q', 'main')
    commit(30, 'b.ts')
    scratch.git(repo, ['merge', '-q', '--no-ff', '--no-edit', 'side'], at(START + 40))
    const found = await port().lastCommits(repo, { paths: ['side.ts'], since: START + 35 })
    expect(Object.fromEntries(found ?? [])).toEqual({ 'side.ts': START + 40 })
  })

  it('knows nothing before the first commit', async () => {
    const fresh = scratch.mkdir('fresh')
    scratch.git(fresh, ['init', '-q'])
    expect(await port().lastCommits(fresh, { paths: ['a'], since: 0 })).toEqual(new Map())
    expect(await port().lastCommits(repo, { paths: [], since: 0 })).toEqual(new Map())
  })
})
