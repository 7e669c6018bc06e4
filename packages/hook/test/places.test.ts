import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, type MomentOptions, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
})

const edit = (id: string, path: string, options: MomentOptions = {}) =>
  act(scratch, 'before-edit', id, { paths: [path], ...options })
const deny = () => fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"deny"}}')

function repository(path: string): string {
  fs.mkdirSync(path, { recursive: true })
  execFileSync('git', ['init', '-q', path])
  return path
}

describe('a file of another repository', () => {
  it('is announced and looked up in its own room, by a path that the hearer can use', () => {
    const two = repository(join(scratch.dir, 'two'))
    const file = join(two, 'b.txt')
    act(scratch, 'session-start', 'there', { cwd: two })
    edit('there', file, { cwd: two })
    expect(edit('s', file).text).toContain(`rally: toolx-1 (room two) is editing ${file} in this same working tree`)
    // The other way round it is the plain name.
    expect(edit('there', file, { cwd: two }).text).toContain(
      'rally: toolx-2 is editing b.txt in this same working tree',
    )
  })

  it('is refused there as here', () => {
    const two = repository(join(scratch.dir, 'two'))
    const file = join(two, 'b.txt')
    deny()
    edit('there', file, { cwd: two })
    expect(edit('s', file).deny).toContain(`toolx-1 (room two) took ${file}`)
    fs.rmSync(join(scratch.repo, '.rally.json'))
    // A refused edit holds nothing: there is one to warn of, who was first.
    expect(edit('third', file, { cwd: two }).text.split('is editing')).toHaveLength(2)
  })

  it('is no other working tree of the own one: a submodule', () => {
    const library = repository(join(scratch.dir, 'library'))
    const git = (cwd: string, ...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', '-c', 'protocol.file.allow=always', ...args],
        { cwd, stdio: 'ignore' },
      )
    git(library, 'commit', '--allow-empty', '-m', 'x')
    git(scratch.repo, 'submodule', '--quiet', 'add', library, 'sub')
    edit('a', 'sub/README.md')
    expect(edit('b', 'README.md').text).not.toContain('README.md')
    expect(edit('b', 'sub/README.md').text).toContain(
      `rally: ${scratch.nameOf('a')} is editing sub/README.md in this same working tree`,
    )
    expect(edit('in-sub', 'README.md', { cwd: join(scratch.repo, 'sub') }).text).toContain(
      'is editing README.md in this same',
    )
    git(scratch.repo, 'rm', '-q', '-f', '--cached', 'sub')
    fs.rmSync(join(scratch.repo, 'sub'), { recursive: true })
    fs.rmSync(join(scratch.repo, '.git/modules'), { recursive: true })
  })

  it('nor is a repository inside of the own one', () => {
    repository(join(scratch.repo, 'nested'))
    edit('a', 'nested/x.txt')
    expect(edit('b', 'x.txt').text).not.toContain('x.txt')
    expect(edit('b', 'nested/x.txt').text).toContain('is editing nested/x.txt in this same')
    fs.rmSync(join(scratch.repo, 'nested'), { recursive: true })
  })

  it('is left when the session ends', () => {
    const two = repository(join(scratch.dir, 'two'))
    edit('s', join(two, 'b.txt'))
    act(scratch, 'session-end', 's')
    expect(edit('there', 'b.txt', { cwd: two }).text).toBe('')
    expect(fs.readdirSync(join(scratch.channel, '../two/sessions'))).toEqual(['there.json'])
  })

  it('and files of both in one edit are looked up in both rooms', () => {
    const two = repository(join(scratch.dir, 'two'))
    edit('here', 'src/a.ts')
    edit('there', 'b.txt', { cwd: two })
    const { text } = act(scratch, 'before-edit', 's', { paths: ['src/a.ts', join(two, 'b.txt')] })
    expect(text).toContain(`rally: ${scratch.nameOf('here')} is editing src/a.ts`)
    expect(text).toContain(`rally: toolx-1 (room two) is editing ${join(two, 'b.txt')}`)
  })
})

describe('a session that moves', () => {
  it('is in the working tree that it edits in now', () => {
    const other = join(scratch.dir, 'other')
    scratch.git('worktree', 'add', '-q', other)
    edit('one', 'src/a.ts')
    edit('one', join(other, 'src/a.ts'))
    expect(scratch.presence('one')).toMatchObject({ worktree: other, files_in_flight: ['src/a.ts'] })
    act(scratch, 'prompt', 'one')
    expect(scratch.presence('one')).toMatchObject({ worktree: other })
    expect(edit('two', join(other, 'src/a.ts')).text).toContain(`is editing ${join(other, 'src/a.ts')} in this same`)
    edit('one', 'src/b.ts')
    expect(scratch.presence('one')).toMatchObject({ worktree: scratch.repo })
    act(scratch, 'session-start', 'one', { cwd: other })
    expect(scratch.presence('one')).toMatchObject({ worktree: other })
    scratch.git('worktree', 'remove', '--force', other)
  })
})

describe('one working tree under two names', () => {
  it('is one by its numbers, two trees of one name are not', () => {
    act(scratch, 'session-start', 'one')
    const { worktree_id } = scratch.presence('one')
    const log = (id: string, w: string, i: unknown) =>
      fs.writeFileSync(
        join(scratch.channel, `hook/inflight/${id}.jsonl`),
        `${JSON.stringify({ t: scratch.now, s: id, h: 'codex', w, i, f: [['src/a.ts', scratch.now]] })}\n`,
      )
    fs.mkdirSync(join(scratch.channel, 'hook/inflight'))
    for (const id of ['mounted', 'other'])
      scratch.putPresence({ ...scratch.presence('one'), session_id: id, tool: 'codex', name: undefined })
    log('mounted', '/workspace', worktree_id)
    log('other', scratch.repo, '1.2.3')
    const { text } = edit('one', 'src/a.ts')
    expect(text).toContain('codex (session mounted) is editing src/a.ts in this same working tree')
    expect(text).toContain('(session other) has src/a.ts in flight in another working tree')
  })
})
