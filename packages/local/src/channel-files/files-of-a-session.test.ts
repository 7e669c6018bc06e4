import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NOTHING_TOLD } from '@rally/core/moments'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendJournal, journalPath, readJournal } from '../hook-files/hook-journal.js'
import { ignoresCase, locateFile, readBranch } from '../repository/worktree-path.js'
import { inspectChannel } from '../transport/integrity/inspect-channel.js'
import { readAnnounced } from './announced.js'
import { endOfBoxes, hasNews, readPages } from './inbox-page.js'
import { readAllPresence } from './presence-records.js'
import { appendWarned, readTold, readWarned, tryLock, writeTold } from './told-file.js'

let root = ''
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-hot-')))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))
const put = (name: string, text: string) => {
  fs.mkdirSync(join(root, name, '..'), { recursive: true })
  fs.writeFileSync(join(root, name), text)
}

describe('the lock of a session', () => {
  it('is had once, and again after it was given back', () => {
    const unlock = tryLock(root, 's')
    expect(unlock).toBeDefined()
    expect(tryLock(root, 's')).toBeUndefined()
    expect(tryLock(root, 'other')).toBeDefined()
    unlock?.()
    expect(tryLock(root, 's')).toBeDefined()
  })

  it('is broken when its owner must be dead, by one of those that try', () => {
    tryLock(root, 's')
    const old = new Date(Date.now() - 11_000)
    fs.utimesSync(join(root, 'hook/s.lock'), old, old)
    expect([tryLock(root, 's'), tryLock(root, 's')].filter((unlock) => unlock !== undefined)).toHaveLength(1)
    expect(fs.readdirSync(join(root, 'hook'))).toEqual(['s.lock'])
  })

  it('is nobody’s where it cannot be made', () => {
    put('hook', 'a file')
    expect(tryLock(root, 's')).toBeUndefined()
  })
})

describe('what a session was told', () => {
  it('comes back as it was written', () => {
    expect(readTold(root, 's')).toBeUndefined()
    const told = { ...NOTHING_TOLD, greeted: 7, revision: 3 }
    writeTold(root, 's', told)
    expect(readTold(root, 's')).toEqual(told)
    const warned = [{ since: 1, path: 'a', peer: 'p', kind: 'collision' as const }]
    appendWarned(root, 's', warned)
    appendWarned(root, 's', [])
    appendWarned(root, 's', [{ ...warned[0], path: 'b' } as (typeof warned)[0]])
    expect(readWarned(root, 's').map(({ path }) => path)).toEqual(['a', 'b'])
  })
})

describe('announced files', () => {
  const announced = () => readAnnounced(root).naming(['x'], false)
  const record = (id: string, files: string[], more: object = {}) => {
    const path = join(root, 'sessions', `${id}.json`)
    put(`sessions/.${id}.tmp`, JSON.stringify({ files_in_flight: files, ...more }))
    fs.renameSync(join(root, 'sessions', `.${id}.tmp`), path)
  }

  it('follow every record that is written, replaced or removed', () => {
    expect(announced()).toEqual([])
    record('a', ['x'])
    expect(announced()).toEqual(['a'])
    expect(announced()).toEqual(['a'])
    record('b', ['x', 'y'])
    expect(announced().sort()).toEqual(['a', 'b'])
    record('a', ['z'])
    expect(announced()).toEqual(['b'])
    fs.rmSync(join(root, 'sessions/b.json'))
    expect(announced()).toEqual([])
  })

  it.each([
    ['src/**', true],
    ['src', true],
    ['src/', true],
    ['./src/x', true],
    ['**/x', true],
    ['.', true],
    ['src/y', false],
    ['src/*.ts', false],
    ['lib/', false],
    ['**', true],
  ])('may be a folder or a glob: %s', (text, isNamed) => {
    record('a', ['other', text])
    for (const caseInsensitive of [false, true]) {
      expect(readAnnounced(root).naming(['src/x'], caseInsensitive)).toEqual(isNamed ? ['a'] : [])
    }
    expect(readAnnounced(root).naming(['SRC/X'], true)).toEqual(isNamed ? ['a'] : [])
  })

  it('are believed while folder and records look untouched, and only then', () => {
    record('a', ['x'])
    const old = new Date(Date.now() - 60_000)
    fs.utimesSync(join(root, 'sessions/a.json'), old, old)
    fs.utimesSync(join(root, 'sessions'), old, old)
    announced()
    const cache = join(root, 'hook/announced.json')
    fs.writeFileSync(cache, fs.readFileSync(cache, 'utf8').replace('["x"]', '["x","from the cache"]'))
    expect(readAnnounced(root).naming(['from the cache'], false)).toEqual(['a'])
    record('b', [])
    expect(announced()).toEqual(['a'])
    fs.writeFileSync(cache, 'damaged')
    expect(announced()).toEqual(['a'])
  })

  it('are kept in a form that is no damage to the doctor', () => {
    record('a', ['x'])
    record('b', ['y', 'z'])
    expect(announced()).toEqual(['a'])
    const { damage, files } = inspectChannel(root, { now: Date.now() / 1000, budgetMs: 60_000 })
    expect(damage).toEqual([])
    expect(files).toBeGreaterThanOrEqual(3)
  })

  it('of hooks are those of other machines only', () => {
    const inFlight = { in_flight: { x: { since: 1, last: 1 } } }
    record('a', ['x'], { ...inFlight, host: 'here' })
    record('b', ['x'], { ...inFlight, host: 'renamed' })
    record('c', ['x'], { ...inFlight, host: 'here', machine: 'there' })
    expect(announced()).toEqual(['c'])
    expect(readAnnounced(root).naming(['X'], true).sort()).toEqual(['c'])
  })
})

describe('boxes', () => {
  const line = (text: string) => `${JSON.stringify({ from: 'a', payload: { message: text } })}\n`
  const query = { tool: 't', sessionId: 's', told: {} }

  it('are not read again up to where they were told', () => {
    put('inbox/t.jsonl', `${line('one')}\n  \n${line('two')}`)
    const [page] = readPages(root, query)
    expect(page?.entries.map(({ line: ordinal }) => ordinal)).toEqual([1, 2])
    const size = fs.statSync(join(root, 'inbox/t.jsonl')).size
    const told = { t: { offset: size, line: 2, counted: true, ahead: [], seen: size, seenLine: 2 } }
    expect(hasNews(root, { ...query, told })).toBe(false)
    fs.appendFileSync(join(root, 'inbox/t.jsonl'), line('three'))
    expect(hasNews(root, { ...query, told })).toBe(true)
    expect(readPages(root, { ...query, told })[0]?.entries).toMatchObject([{ line: 3 }])
  })

  it('that are long are entered near their end, with the right count', () => {
    put('inbox/t.jsonl', line('x'.repeat(100)).repeat(10_000))
    const entries = readPages(root, query)[0]?.entries ?? []
    expect(entries.at(-1)?.line).toBe(10_000)
    expect(entries.length).toBeLessThan(3_000)
    const end = endOfBoxes(root, 't').t
    expect(end?.offset).toBe(fs.statSync(join(root, 'inbox/t.jsonl')).size)
  })
})

describe('paths', () => {
  it('belong to the nearest working tree, if that is of the repository', () => {
    put('repo/.git/HEAD', 'ref: refs/heads/topic/one\n')
    put('repo/nested/.git/HEAD', 'x')
    fs.mkdirSync(join(root, 'repo/.git/worktrees/w'), { recursive: true })
    put('w/.git', `gitdir: ${join(root, 'repo/.git/worktrees/w')}\n`)
    const repository = { worktree: join(root, 'repo'), commonDir: join(root, 'repo/.git') }
    const locate = (path: string) => locateFile(path, join(root, 'repo'), repository)
    expect(locate('a/b.ts')).toEqual({ worktree: join(root, 'repo'), path: 'a/b.ts' })
    expect(locate(join(root, 'w/x'))).toEqual({ worktree: join(root, 'w'), path: 'x' })
    for (const outside of ['nested/x', '../x', '/', '.git', '.git/config', join(root, 'repo')]) {
      expect(locate(outside), outside).toBeUndefined()
    }
    expect(readBranch(join(root, 'repo'))).toBe('topic/one')
    expect(readBranch(join(root, 'nowhere'))).toBeUndefined()
    expect(ignoresCase(join(root, 'repo'))).toBe(fs.existsSync(join(root, 'REPO')))
  })
})

describe('records for a greeting', () => {
  it('leave out what is no record', () => {
    put('sessions/good.json', '{"tool":"t"}')
    put('sessions/torn.json', '{"tool"')
    put('sessions/big.json', `{"x":"${'y'.repeat(70_000)}"}`)
    put('sessions/.good.json.tmp.1', '{}')
    put('sessions/b d.json', '{}')
    fs.mkdirSync(join(root, 'sessions/folder.json'))
    fs.symlinkSync('/etc/hostname', join(root, 'sessions/link.json'))
    expect([...readAllPresence(root).keys()]).toEqual(['good'])
  })
})

describe('the journal', () => {
  const env = () => ({ HOME: root })
  const entry = { t: 1, host: 'h', event: 'e', ms: 2, code: 'quiet' }

  it('is bounded: one older part is kept', () => {
    appendJournal(env(), entry)
    expect(readJournal(env())).toEqual([entry])
    fs.appendFileSync(journalPath(env()), 'damaged\n'.repeat(70_000))
    appendJournal(env(), { ...entry, t: 2 })
    expect(fs.existsSync(journalPath(env()))).toBe(false)
    appendJournal(env(), { ...entry, t: 3 })
    expect(readJournal(env()).map(({ t }) => t)).toEqual([1, 2, 3])
    expect(fs.statSync(journalPath(env())).mode & 0o777).toBe(0o600)
  })

  it('never disturbs anybody', () => {
    expect(() => appendJournal({ HOME: '/proc/nowhere' }, entry)).not.toThrow()
    expect(() => appendJournal({ HOME: '/dev/null' }, entry)).not.toThrow()
    expect(readJournal({ HOME: '/proc/nowhere' })).toEqual([])
  })
})
