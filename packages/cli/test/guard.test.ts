import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally, splitWords } from './run-rally.js'

// Real commits in real repositories: what goes through, what is said, and what is refused.

const HOOK = join(import.meta.dirname, '../bin/rally-hook.cjs')
const WHO = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@e', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@e' }

let folder: string
let repo: string
let bin: string
const schemas = new Map<string, { safeParse(value: unknown): { success: boolean } }>()
beforeAll(async () => {
  for (const name of ['guard', 'guard-install', 'guard-uninstall'])
    schemas.set(name, (await import(`../../core/dist/model/outputs/${name}.js`)).outputSchema)
})
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally guard ü ')))
  repo = join(folder, 'my shop')
  bin = join(folder, 'bin')
  for (const path of [repo, bin, join(folder, 'home')]) fs.mkdirSync(path)
  fs.symlinkSync(RALLY, join(bin, 'rally'))
  git('init', '-q', '-b', 'main')
  for (const name of ['a.ts', 'b.ts']) write(name)
  git('add', '.')
  git('commit', '-q', '-m', 'one')
})
afterEach(() => {
  for (const host of hosts.values()) host.kill('SIGKILL')
  hosts.clear()
  fs.rmSync(folder, { recursive: true, force: true })
})

const home = () => join(folder, 'home')
const env = (who = '', more: NodeJS.ProcessEnv = {}) =>
  cleanEnv(home(), {
    ...{ PATH: `${bin}:${process.env.PATH}`, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...WHO },
    ...(who === '' ? {} : { RALLY_SESSION_ID: who, RALLY_TOOL: who === 'ann' ? 'claude_code' : 'codex' }),
    ...more,
  })

function write(path: string, text = `${path}\n`, at = repo): void {
  fs.mkdirSync(join(at, path, '..'), { recursive: true })
  fs.writeFileSync(join(at, path), text)
}

function gitAt(cwd: string, ...args: string[]): string {
  const all = ['-c', 'protocol.file.allow=always', ...args]
  return execFileSync('git', all, { cwd, env: env(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
const git = (...args: string[]) => gitAt(repo, ...args)

/** Git as a session (none: the person) types it, hooks and all. */
function commit(who: string, args: string[], { at = repo, more = {} as NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync('git', ['commit', ...args], {
    ...{ cwd: at, env: env(who, more), encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'pipe'] as const },
  })
  return { status, text: `${stdout}${stderr}` }
}

function rally(who: string, line: string, { at = repo } = {}) {
  return runRally(splitWords(line), { cwd: at, env: env(who) })
}
function json(who: string, line: string, options = {}) {
  const { stdout, status } = rally(who, `${line} --json`, options)
  const document = JSON.parse(stdout)
  const name = line
    .split(' ')
    .filter((word) => !word.startsWith('-'))
    .join('-')
  expect(schemas.get(name)?.safeParse(document), stdout).toMatchObject({ success: true })
  return { ...document, exit: status }
}

/** The programs of hosts: each session has a process of its own, so that whoever types a command here is a person. */
const hosts = new Map<string, ChildProcess>()
let edits = 0

function hook(session: string, event: string, more: object, at = repo): void {
  const host = hosts.get(session) ?? spawn('sleep', ['900'])
  hosts.set(session, host)
  const input = JSON.stringify({ session_id: session, hook_event_name: event, cwd: at, transcript_path: 't', ...more })
  const { status, stderr } = spawnSync(process.execPath, [HOOK, 'claude_code', event], {
    ...{ cwd: at, input, encoding: 'utf8' as const },
    env: cleanEnv(home(), { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session, CLAUDE_PID: String(host.pid) }),
  })
  expect([status, stderr]).toEqual([0, ''])
}

/** Claude Code edits a file: its hook announces it, and the file changes. */
function edit(session: string, path: string, at = repo): void {
  const input = { file_path: join(at, path), old_string: 'a', new_string: 'b' }
  hook(session, 'PreToolUse', { tool_name: 'Edit', tool_input: input }, at)
  write(path, `change ${++edits} of ${session}\n`, at)
}

const deny = () => write('.rally.json', '{"guard":"deny"}\n')
const commits = (at = repo) => Number(gitAt(at, 'rev-list', '--count', 'HEAD'))

describe('rally guard', () => {
  it('names staged files that others edited since they were committed, and exits 5', () => {
    edit('one', 'a.ts')
    write('b.ts', 'changed\n')
    expect(rally('bob', 'guard --staged')).toMatchObject({ status: 0, stdout: 'nothing is staged\n' })
    git('add', '.')
    const { status, stdout, stderr } = rally('bob', 'guard --staged')
    expect(status).toBe(5)
    expect(stdout).toMatch(/^a\.ts {2}claude-1 edited it \S+ ago\n$/)
    expect(stderr).toMatch(
      /^error: 1 of 2 staged files is worked on or claimed by others: "a\.ts" \(claude-1 edited it \S+ ago\) \[OTHERS_WORK\]\n/,
    )
    // What it advises can be typed as it stands.
    const advice = /ask: rally (.*)$/m.exec(stderr)?.[1] ?? ''
    expect(rally('bob', advice).status).toBe(0)
    expect(json('bob', 'guard --staged')).toMatchObject({
      ...{ ok: false, exit: 5, staged: true, count: 2, unknown: false, guard: 'warn' },
      others: [{ path: 'a.ts', session_id: 'one', name: 'claude-1', in_flight: true, claim: null, stops: true }],
      error: { code: 'OTHERS_WORK', details: { holder: 'claude-1', path: 'a.ts' } },
    })
    // The session itself, and everybody once it is committed.
    expect(json('one', 'guard --staged')).toMatchObject({ exit: 0, others: [], count: 2 })
    git('commit', '-q', '-m', 'two')
    write('a.ts', 'bob\n')
    git('add', '.')
    // A commit of the same moment as the edit does not prove that it has it.
    const later = { GIT_COMMITTER_DATE: `@${Math.ceil(Date.now() / 1000) + 60} +0000` }
    expect(commit('bob', ['--amend', '-q', '-m', 'two'], { more: later }).status).toBe(0)
    write('a.ts', 'bob again\n')
    git('add', '.')
    expect(rally('bob', 'guard --staged').status).toBe(0)
  })

  it('names claims, new folders, renamed and removed files, and the branch', () => {
    rally('ann', 'claim "src/**" b.ts --why "new cart"')
    write('src/x.ts')
    git('mv', 'b.ts', 'c.ts')
    const seen = json('bob', 'guard')
    expect(seen.others.map(({ path }: { path: string }) => path)).toEqual(['b.ts', 'src/'])
    expect(seen.others[0].claim).toMatchObject({ pattern: 'b.ts', why: 'new cart', overlap: 'certain' })
    expect(rally('bob', 'guard').stdout).toMatch(/^b\.ts {2}claude-1 claimed b\.ts \("new cart"\)$/m)
    expect(json('ann', 'guard')).toMatchObject({ exit: 0, others: [] })
    git('reset', '-q', '--hard')
    fs.rmSync(join(repo, 'src'), { recursive: true })
    rally('bob', 'presence')
    expect(json('bob', 'guard')).toMatchObject({ exit: 0, branch: { now: 'main', was: 'main', moved: false } })
    git('switch', '-q', '-c', 'other')
    const moved = rally('bob', 'guard')
    expect([moved.status, moved.stderr]).toEqual([
      5,
      expect.stringMatching(/is "other" now, and was "main" .*\[BRANCH_MOVED\]/),
    ])
    // What is staged is another question.
    expect(rally('bob', 'guard --staged').status).toBe(0)
  })

  it('fits its screen: names that a terminal would obey, and many files', () => {
    for (let n = 0; n < 30; n++) write(`src/f${n}.ts`)
    write('bad\u001b[2J\nname.ts')
    git('add', '.')
    rally('ann', 'presence --files-in-flight "**"')
    const { stdout, stderr } = rally('bob', 'guard --staged')
    expect(stdout.trimEnd().split('\n')).toHaveLength(21)
    expect(stdout).toMatch(/and 11 more files: --all shows them\n$/)
    expect(stdout + stderr).not.toContain('\u001b')
    expect(rally('bob', 'guard --staged --all').stdout.trimEnd().split('\n')).toHaveLength(31)
  })

  it('asks git once, a second time where somebody edited such a file, however many files and claims there are', () => {
    const trace = join(folder, 'trace')
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    for (let n = 0; n < 300; n++) write(`src/deep/f${n}.ts`)
    git('add', '.')
    rally('ann', `claim ${Array.from({ length: 50 }, (_, n) => `"lib/x${n}/**"`).join(' ')}`)
    edit('one', 'a.ts')
    fs.writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> '${trace}'\nexec '${real}' "$@"\n`, { mode: 0o755 })
    const calls = () => {
      const lines = fs.readFileSync(trace, 'utf8').trimEnd().split('\n')
      fs.rmSync(trace)
      return lines.map((line) => /diff-index|\blog\b/.exec(line)?.[0] ?? line)
    }
    expect(rally('bob', 'guard --staged').status).toBe(0)
    expect(calls()).toEqual(['diff-index'])
    edit('one', 'src/deep/f7.ts')
    expect(rally('bob', 'guard --staged').status).toBe(5)
    expect(calls()).toEqual(['diff-index', 'log'])
  })

  it('is a mistake outside of a repository', () => {
    expect(rally('bob', 'guard', { at: home() }).status).toBe(2)
    for (const word of ['install', 'uninstall']) expect(rally('bob', `guard ${word}`, { at: home() }).status).toBe(2)
  })
})

describe('a commit with the guard', () => {
  beforeEach(() => {
    expect(rally('', 'guard install').status).toBe(0)
  })

  it('warns and goes on; with deny an agent’s is refused, and a person’s goes on', () => {
    edit('one', 'a.ts')
    write('b.ts', 'bob\n')
    git('add', 'a.ts', 'b.ts')
    deny()
    const refused = commit('bob', ['-m', 'two'])
    expect(refused.status).toBe(1)
    expect(refused.text).toMatch(/^a\.ts {2}claude-1 edited it \S+ ago$/m)
    expect(refused.text).toMatch(/^error: 1 of 2 staged files is worked on or claimed by others: .*\[OTHERS_WORK\]$/m)
    expect(refused.text).toMatch(
      /^try: commit your own files by name \(git commit -- FILE\), or ask: rally ask claude-1 /m,
    )
    expect(commits()).toBe(1)
    expect(rally('bob', 'why').stdout).toMatch(/1 of 2 staged files is worked on or claimed by others: 'a\.ts'/)
    expect(rally('bob', 'why guard').stdout).toContain('rally guard in the pre-commit hook')
    // What it advises.
    expect(commit('bob', ['-q', '-m', 'two', '--', 'b.ts'])).toEqual({ status: 0, text: '' })
    const person = commit('', ['-q', '-m', 'three'])
    expect(person.status).toBe(0)
    expect(person.text).toMatch(
      /^rally guard: others work on files of this commit, or claimed them; the commit goes on\n {2}a\.ts /,
    )
    edit('one', 'a.ts')
    write('.rally.json', '{"guard":"warn"}\n')
    expect(commit('bob', ['-q', '-am', 'four']).text).toMatch(/the commit goes on\n {2}a\.ts {2}claude-1 edited it/)
    edit('one', 'a.ts')
    write('.rally.json', '{"guard":"off"}\n')
    expect(commit('bob', ['-q', '-am', 'five'])).toEqual({ status: 0, text: '' })
    expect(commits()).toBe(5)
  })

  it('lets everybody commit their own', () => {
    deny()
    edit('one', 'a.ts')
    rally('one', 'claim a.ts')
    rally('', 'claim b.ts')
    git('add', 'a.ts')
    expect(commit('one', ['-q', '-m', 'x'])).toEqual({ status: 0, text: '' })
    write('b.ts', 'mine\n')
    expect(commit('', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    write('b.ts', 'bob\n')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
  })

  it('is not stopped by a session that has ended, or whose process is gone', async () => {
    deny()
    edit('one', 'a.ts')
    rally('one', 'claim b.ts')
    write('b.ts', 'x\n')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    rally('', 'stop one')
    expect(commit('bob', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    edit('two', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    const host = hosts.get('two')
    host?.kill('SIGKILL')
    await once(host as ChildProcess, 'exit')
    expect(commit('bob', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
  })

  it('a person hears of nobody who has finished', () => {
    edit('one', 'a.ts')
    hook('one', 'Stop', {})
    expect(commit('', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    // It is still the agent's, for whoever asks, and for another agent.
    write('a.ts', 'more\n')
    edit('one', 'b.ts')
    expect(json('', 'guard').exit).toBe(5)
  })

  it('looks at what this very commit takes: -a, a path, --amend, the first commit, a merge', () => {
    deny()
    edit('one', 'a.ts')
    write('b.ts', 'x\n')
    expect(commit('bob', ['-q', '-m', 'x', '--', 'b.ts'])).toEqual({ status: 0, text: '' })
    expect(commit('bob', ['-q', '--amend', '-m', 'y'])).toEqual({ status: 0, text: '' })
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    expect(commit('bob', ['-q', '-m', 'x', '--', 'a.ts']).status).toBe(1)
    expect(commit('bob', ['-q', '--amend', '-m', 'y', '-a']).status).toBe(1)
    expect(commit('bob', ['-q', '-m', 'x', '--no-verify', '-a']).status).toBe(0)

    const fresh = join(folder, 'fresh')
    fs.mkdirSync(fresh)
    gitAt(fresh, 'init', '-q')
    expect(rally('', 'guard install', { at: fresh }).status).toBe(0)
    write('.rally.json', '{"guard":"deny"}', fresh)
    edit('one', 'new/x.ts', fresh)
    gitAt(fresh, 'add', 'new')
    expect(commit('bob', ['-q', '-m', 'first'], { at: fresh }).status).toBe(1)
    expect(commit('one', ['-q', '-m', 'first'], { at: fresh })).toEqual({ status: 0, text: '' })
  })

  it('looks at the index that the commit has: one of its own (GIT_INDEX_FILE)', () => {
    deny()
    edit('one', 'a.ts')
    git('add', 'a.ts')
    write('b.ts', 'mine\n')
    const more = { GIT_INDEX_FILE: join(repo, '.git/own index') }
    const own = (...args: string[]) => execFileSync('git', args, { cwd: repo, env: env('bob', more) })
    own('read-tree', 'HEAD')
    own('add', 'b.ts')
    // What lies in the usual index does not go with it.
    expect(commit('bob', ['-q', '-m', 'two'], { more })).toEqual({ status: 0, text: '' })
    own('add', 'a.ts')
    const { status, text } = commit('bob', ['-q', '-m', 'three'], { more })
    expect([status, text.includes('a.ts  claude-1 edited it')]).toEqual([1, true])
    expect(commits()).toBe(2)
  })

  it('takes what a merge brings for nobody’s work', () => {
    deny()
    git('switch', '-q', '-c', 'side')
    write('a.ts', 'theirs\n')
    write('only there.ts')
    git('add', '.')
    git('commit', '-q', '--no-verify', '-m', 'side')
    git('switch', '-q', 'main')
    write('a.ts', 'ours\n')
    git('commit', '-q', '--no-verify', '-am', 'ours')
    rally('one', 'claim "only there.ts"')
    expect(() => git('merge', '-q', 'side')).toThrow()
    write('a.ts', 'settled\n')
    git('add', 'a.ts')
    expect(commit('bob', ['-q', '--no-edit'])).toEqual({ status: 0, text: '' })
  })

  it('works in linked working trees, each for itself', () => {
    const tree = join(folder, 'tree')
    git('worktree', 'add', '-q', tree)
    write('.rally.json', '{"guard":"deny"}', tree)
    deny()
    edit('one', 'a.ts')
    write('a.ts', 'other\n', tree)
    // What is edited over there does not go with a commit here.
    expect(commit('bob', ['-q', '-am', 'x'], { at: tree })).toEqual({ status: 0, text: '' })
    edit('two', 'b.ts', tree)
    expect(commit('bob', ['-q', '-am', 'x'], { at: tree }).status).toBe(1)
    expect(commit('two', ['-q', '-am', 'x'], { at: tree })).toEqual({ status: 0, text: '' })
  })

  it('works in a submodule, for what was edited from outside of it as well', () => {
    const library = join(folder, 'library')
    fs.mkdirSync(library)
    gitAt(library, 'init', '-q')
    write('lib.ts', 'x\n', library)
    gitAt(library, 'add', '.')
    gitAt(library, 'commit', '-q', '-m', 'x')
    git('submodule', '--quiet', 'add', library, 'sub')
    git('commit', '-q', '--no-verify', '-m', 'sub')
    const sub = join(repo, 'sub')
    expect(json('', 'guard install', { at: sub }).path).toBe(join(repo, '.git/modules/sub/hooks/pre-commit'))
    write('.rally.json', '{"guard":"deny"}', sub)
    edit('one', 'sub/lib.ts')
    gitAt(sub, 'add', 'lib.ts')
    expect(commit('bob', ['-q', '-m', 'x'], { at: sub }).status).toBe(1)
    expect(commit('one', ['-q', '-m', 'x'], { at: sub })).toEqual({ status: 0, text: '' })
  })

  it('knows odd names', () => {
    deny()
    const names = ['line\nbreak ä.ts', '"q" *.ts', ':(top)x.ts', '-n.ts']
    for (const name of names) {
      edit('one', name)
      git('add', '.')
      expect(commit('bob', ['-q', '-m', 'x']).status, name).toBe(1)
      expect(commit('one', ['-q', '-m', 'x']), name).toEqual({ status: 0, text: '' })
    }
  })

  it('never breaks a commit: without rally, with one that fails, with a configuration that is none', () => {
    deny()
    edit('one', 'a.ts')
    const path = {
      PATH: process.env.PATH?.split(':')
        .filter((dir) => !fs.existsSync(join(dir, 'rally')))
        .join(':'),
    }
    expect(commit('bob', ['-q', '-am', 'x'], { more: path })).toEqual({ status: 0, text: '' })
    for (const [script, said] of [
      ['#!/bin/sh\nexit 1\n', ''],
      ['#!/bin/sh\nkill -9 $$\n', ''],
      ['#!/nowhere\n', undefined],
      ['not a program', undefined],
    ] as const) {
      edit('one', 'a.ts')
      fs.rmSync(join(bin, 'rally'))
      fs.writeFileSync(join(bin, 'rally'), script, { mode: 0o755 })
      const { status, text } = commit('bob', ['-q', '-am', 'x'])
      expect(status, text).toBe(0)
      if (said !== undefined) expect(text.replace(/.*Killed.*\n/, '')).toBe(said)
    }
    fs.rmSync(join(bin, 'rally'))
    fs.symlinkSync(RALLY, join(bin, 'rally'))
    edit('one', 'a.ts')
    write('.rally.json', '{"guard": nothing}')
    const broken = commit('bob', ['-q', '-am', 'x'])
    expect(broken.status).toBe(0)
    expect(broken.text).toMatch(/^rally guard: it could not look: .*\[CONFIG_INVALID\]; the commit goes on\n$/)
    edit('one', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x'], { more: { AGENT_RALLY_APPS_ROOT: '/proc/nowhere' } }).status).toBe(0)
  })

  it('is silent where hooks are off', () => {
    deny()
    edit('one', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x'], { more: { RALLY_HOOKS: 'off' } })).toEqual({ status: 0, text: '' })
    edit('one', 'b.ts')
    rally('bob', 'presence')
    expect(rally('bob', 'hooks off --scope session').status).toBe(0)
    expect(commit('bob', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    expect(json('bob', 'guard --staged --pre-commit')).toMatchObject({ exit: 0, count: 0 })
  })

  it('does not hold a commit up when git hangs for rally', () => {
    edit('one', 'a.ts')
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const script = `#!/bin/sh\ncase "$*" in *diff-index*) exec sleep 120;; esac\nexec '${real}' "$@"\n`
    fs.writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
    // Git puts its own folder in front of PATH for hooks; `rally guard` as such finds this one.
    const { stdout, stderr, status } = rally('bob', 'guard --staged')
    expect([status, stdout, stderr]).toEqual([4, '', expect.stringContaining('waiting for git')])
    expect(rally('bob', 'guard --staged --pre-commit').stdout).toContain(
      'git did not answer in time; the commit goes on',
    )
  })
})

describe('rally guard install', () => {
  const hook = () => join(repo, '.git/hooks/pre-commit')
  const put = (text: string, mode = 0o755) => {
    fs.mkdirSync(join(hook(), '..'), { recursive: true })
    fs.writeFileSync(hook(), text, { mode })
  }
  const trace = () => join(repo, 'ran')
  const ran = () => {
    const text = fs.existsSync(trace()) ? fs.readFileSync(trace(), 'utf8') : ''
    fs.rmSync(trace(), { force: true })
    return text.trim()
  }
  const FORMER: readonly [name: string, text: string, mode?: number][] = [
    ['a shell script', '#!/bin/sh\necho former >> ran\n'],
    ['one that stops at each failure and unset name', '#!/bin/sh -eu\necho former >> ran\nexit 0\necho never >> ran\n'],
    ['bash without a final newline', '#!/usr/bin/env bash\nset -o pipefail\necho former >> ran'],
    ['CRLF behind the first line', '#!/bin/sh\necho former >> ran #\r\n:\r\n'.replace(':\r\n', '')],
    ['another interpreter', '#!/usr/bin/env node\nrequire("fs").appendFileSync("ran", "former")'],
    ['a script without a first line of that kind', 'echo former >> ran\n'],
  ]

  it.each(FORMER)('keeps a former hook running: %s', (_name, text) => {
    put(text)
    expect(json('', 'guard install')).toMatchObject({ exit: 0, changed: true, state: 'installed', path: hook() })
    const installed = fs.readFileSync(hook())
    expect(json('', 'guard install')).toMatchObject({ changed: false, state: 'installed' })
    expect(fs.readFileSync(hook())).toEqual(installed)
    deny()
    edit('one', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    expect(ran()).toBe('')
    expect(commit('one', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    expect(ran()).toBe('former')
    expect(json('', 'guard uninstall')).toMatchObject({ exit: 0, changed: true, state: 'absent' })
    expect(fs.readFileSync(hook(), 'utf8')).toBe(text)
    expect(fs.readdirSync(join(hook(), '..')).filter((name) => !name.endsWith('.sample'))).toEqual(['pre-commit'])
  })

  it('keeps a former hook that refuses, and one that git did not run', () => {
    put('#!/usr/bin/env node\nprocess.exit(3)\n')
    rally('', 'guard install')
    write('a.ts', 'x\n')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    rally('', 'guard uninstall')
    fs.chmodSync(hook(), 0o644)
    expect(json('', 'guard install')).toMatchObject({ changed: true, kind: 'beside' })
    expect(commit('bob', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    rally('', 'guard uninstall')
    expect(fs.statSync(hook()).mode & 0o777).toBe(0o644)
  })

  it('never writes through a link into the working tree', () => {
    write('scripts/check', '#!/bin/sh\necho former >> ran\n')
    fs.chmodSync(join(repo, 'scripts/check'), 0o755)
    fs.mkdirSync(join(hook(), '..'), { recursive: true })
    fs.symlinkSync('../../scripts/check', hook())
    rally('', 'guard install')
    expect(fs.readFileSync(join(repo, 'scripts/check'), 'utf8')).toBe('#!/bin/sh\necho former >> ran\n')
    write('a.ts', 'x\n')
    expect(commit('bob', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
    expect(ran()).toBe('former')
    rally('', 'guard uninstall')
    expect(fs.readlinkSync(hook())).toBe('../../scripts/check')
  })

  it('changes nothing in the working tree, and prints the line: husky and the like', () => {
    for (const [path, file] of [
      ['.husky/_', '.husky/pre-commit'],
      ['.githooks', '.githooks/pre-commit'],
    ] as const) {
      git('config', 'core.hooksPath', path)
      write(`${path}/x`)
      write(file, '#!/bin/sh\nnpm test\n')
      const before = git('status', '--porcelain')
      const answer = json('', 'guard install')
      expect(answer).toMatchObject({ exit: 0, changed: false, state: 'by-hand', path: join(repo, file) })
      expect(rally('', 'guard install').stdout).toContain(`\n${answer.line}\n`)
      expect(git('status', '--porcelain')).toBe(before)
      fs.appendFileSync(join(repo, file), `${answer.line}\n`)
      expect(json('', 'guard install')).toMatchObject({ state: 'installed', line: null })
      expect(json('', 'guard uninstall')).toMatchObject({ state: 'by-hand', line: answer.line })
    }
    // As everybody would have it then.
    deny()
    write('.githooks/pre-commit', `#!/bin/sh -e\n${json('', 'guard uninstall').line}\n`)
    fs.chmodSync(join(repo, '.githooks/pre-commit'), 0o755)
    edit('one', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
    expect(commit('one', ['-q', '-am', 'x'])).toEqual({ status: 0, text: '' })
  })

  it('refuses a folder outside of the repository, and works in one of the git folder', () => {
    git('config', 'core.hooksPath', join(folder, 'shared'))
    const refused = rally('', 'guard install')
    expect([refused.status, refused.stdout]).toEqual([5, ''])
    expect(refused.stderr).toMatch(
      /outside of this repository.*\[GUARD_OUTSIDE\]\ntry: add this line to .*\/shared\/pre-commit yourself: if command -v rally/,
    )
    expect(fs.existsSync(join(folder, 'shared'))).toBe(false)
    expect(rally('', 'guard uninstall').status).toBe(0)
    git('config', 'core.hooksPath', '.git/own hooks')
    expect(json('', 'guard install').path).toBe(join(repo, '.git/own hooks/pre-commit'))
    deny()
    edit('one', 'a.ts')
    expect(commit('bob', ['-q', '-am', 'x']).status).toBe(1)
  })

  it('finds its line in the usual place when hooks were moved since', () => {
    rally('', 'guard install')
    git('config', 'core.hooksPath', '.githooks')
    expect(json('', 'guard uninstall')).toMatchObject({ changed: true, path: hook() })
    expect(fs.existsSync(hook())).toBe(false)
  })

  it('says what it would do, and what it cannot', () => {
    expect(json('', 'guard install --dry-run')).toMatchObject({ changed: true, state: 'absent', kind: 'new' })
    expect(fs.existsSync(hook())).toBe(false)
    expect(rally('', 'guard install --dry-run').stdout).toBe(`would make ${hook()}\n`)
    fs.mkdirSync(hook(), { recursive: true })
    const refused = rally('', 'guard install')
    expect([refused.status, refused.stderr]).toEqual([
      5,
      expect.stringContaining('it is not a regular file [HOOK_FILE_REFUSED]'),
    ])
  })

  it('is shown where hooks are, and by the doctor', () => {
    const shown = () => {
      const { guard } = JSON.parse(rally('', 'hooks status --json').stdout)
      const { checks } = JSON.parse(rally('', 'doctor --all --json').stdout)
      return [guard.state, checks.flatMap(({ code }: { code: string }) => (code.startsWith('guard') ? [code] : []))]
    }
    expect(shown()).toEqual(['absent', ['guard']])
    rally('', 'guard install')
    expect(shown()).toEqual(['installed', ['guard']])
    expect(rally('', 'hooks status').stdout).toMatch(/^guard +\S.* \.git\/hooks\/pre-commit \(before a commit\)$/m)
    fs.chmodSync(hook(), 0o644)
    expect(shown()).toEqual(['shadowed', ['guard-shadowed']])
    fs.chmodSync(hook(), 0o755)
    git('config', 'core.hooksPath', '.githooks')
    expect(shown()).toEqual(['shadowed', ['guard-shadowed']])
    git('config', '--unset', 'core.hooksPath')
    fs.writeFileSync(hook(), fs.readFileSync(hook(), 'utf8').replace('# <<< rally guard\n', ''))
    expect(shown()).toEqual(['unknown', ['guard-unknown']])
  })

  it('serves all working trees at once', () => {
    git('worktree', 'add', '-q', join(folder, 'tree'))
    expect(json('', 'guard install', { at: join(folder, 'tree') }).path).toBe(hook())
    expect(json('', 'guard install')).toMatchObject({ changed: false })
  })
})
