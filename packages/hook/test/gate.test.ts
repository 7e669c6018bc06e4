import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { TOLD_REASONS } from '@rally/core/model/told-reasons'
import { IN_FLIGHT_SECS } from '@rally/core/moments'
import { FILE_COMMANDS } from '@rally/core/rules/shell/read-file-commands'
import { readShell } from '@rally/core/rules/shell/read-shell'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHook, installProgram } from './program.js'
import { Scratch } from './scratch.js'

// The shell in front of the program: when it answers by itself, and everything that makes it start the program.

let scratch: Scratch
let program = ''
let log = ''
beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  log = join(scratch.dir, 'node.log')
  await installProgram(program)
  const node = `#!/bin/sh\necho x >>'${log}'\nexec '${process.execPath}' "$@"\n`
  fs.writeFileSync(join(program, 'bin/node'), node, { mode: 0o755 })
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  // What changed a moment ago counts as later.
  age(join(scratch.repo, '.git/HEAD'), 60)
})

/** An edit this long ago (seconds) is over. */
const PAST = IN_FLIGHT_SECS + 60

interface Call {
  readonly event?: string
  readonly file?: string
  readonly more?: object
  readonly host?: string
  readonly env?: Readonly<Record<string, string>>
  /** Changes the text of the payload. */
  readonly as?: (payload: string) => string
}

const payloadOf = (id: string, { event = 'PreToolUse', file = 'src/a.ts', more = {}, as = (text) => text }: Call) => {
  const tool_input = {
    file_path: file.startsWith('/') ? file : join(scratch.repo, file),
    content: 'x "session_id": "y"',
  }
  const common = { session_id: id, cwd: scratch.repo, hook_event_name: event }
  return as(JSON.stringify({ ...common, tool_name: 'Write', tool_input, ...more }))
}

const started = () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').length / 2 : 0)

/** What came of a call, and whether the program was started for it. */
function edit(id: string, call: Call = {}) {
  const { host = 'claude_code', event = 'PreToolUse', env = {} } = call
  const before = started()
  const options = {
    ...{ env: { ...scratch.env, ...env }, input: payloadOf(id, call) },
    // A host that writes late is one that the gate does not wait for.
    through: join(scratch.dir, 'payload'),
  }
  const { status, stdout, stderr } = callHook(program, [host, event], options)
  expect([status, stderr]).toEqual([0, ''])
  return { text: stdout, isStarted: started() > before }
}

function start(id: string, more: object = {}): string {
  return edit(id, { event: 'SessionStart', more: { source: 'startup', ...more } }).text
}

/** A session whose next quiet edit is answered by the gate. */
function calm(id = 'one', call: Call = {}): void {
  start(id)
  edit(id, call)
  expect(edit(id, call)).toEqual({ text: '', isStarted: false })
}

const room = (relative: string) => join(scratch.channel, relative)
const noteFolder = () => join(scratch.dir, 'home/.cache/rally/gate/claude_code.session_id.PreToolUse')
const age = (path: string, secs: number) => {
  const { mtimeMs } = fs.statSync(path)
  fs.utimesSync(path, mtimeMs / 1000 - secs, mtimeMs / 1000 - secs)
}
/** The note of a session, and when its record is to be written, as they would be so many seconds later. */
const ageNote = (secs: number) => {
  for (const name of fs.readdirSync(noteFolder()))
    if (/^one(\+(\d|kept|now))?$/.test(name)) age(join(noteFolder(), name), secs)
}
const append = (path: string, text: string) => {
  fs.mkdirSync(dirname(path), { recursive: true })
  fs.appendFileSync(path, text)
}

describe('an edit that has nothing to hear', () => {
  it('starts no program, whatever file it is of, and is announced', () => {
    calm()
    expect(edit('one', { file: 'src/new (1).ts' })).toEqual({ text: '', isStarted: false })
    start('two')
    expect(edit('two', { file: 'src/new (1).ts' }).text).toMatch(/claude-1 is editing .*src\/new \(1\)\.ts/)
    expect(edit('two', { file: 'src/a.ts' }).text).toContain('claude-1 is editing src/a.ts')
  })

  it('is answered when others edit files of that name elsewhere', () => {
    calm()
    put(presence(['lib/a.ts', 'src/a.tsx', 'src/b/', 'a.ts', 'rc/a.ts']))
    start('two')
    edit('two', { file: 'lib/src/a.ts' })
    expect(edit('one')).toEqual({ text: '', isStarted: false })
  })

  it('is answered among others, too, in the words of each host', () => {
    calm('one')
    calm('two', { file: 'src/b.ts' })
    expect(edit('one')).toEqual({ text: '', isStarted: false })
    const conversation = { conversation_id: 'c', cursor_version: '1', workspace_roots: [scratch.repo] }
    const cursor = { host: 'cursor', event: 'preToolUse', file: 'src/c.ts', more: conversation }
    edit('c', cursor)
    edit('c', cursor)
    expect(JSON.parse(edit('c', cursor).text)).toEqual({})
    expect(edit('c', cursor).isStarted).toBe(false)
    const gemini = {
      host: 'gemini',
      event: 'AfterTool',
      file: 'src/d.ts',
      more: { tool_name: 'replace', timestamp: 't' },
    }
    edit('g', gemini)
    edit('g', gemini)
    expect(edit('g', gemini).isStarted).toBe(false)
  })

  it.each([
    ['dash', 'dash'],
    ['bash', 'bash --posix'],
    ['busybox', 'busybox sh'],
    ['zsh', 'zsh --emulate sh'],
  ])('is the same in %s', (name, shell) => {
    if (spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0) {
      process.stderr.write(`SKIPPED: the gate in ${name}, which is not here\n`)
      return
    }
    calm()
    const [first = '', ...words] = shell.split(' ')
    // busybox is its own dd, which cannot read without waiting.
    const bin = join(scratch.dir, `bin-${name}`)
    fs.mkdirSync(bin, { recursive: true })
    if (name === 'busybox') {
      for (const tool of ['dd', 'grep'])
        fs.writeFileSync(join(bin, tool), `#!/bin/sh\nexec busybox ${tool} "$@"\n`, { mode: 0o755 })
      fs.writeFileSync(join(scratch.dir, 'home/.cache/rally/gate/+wait'), '')
    }
    const PATH = `${bin}:${join(program, 'bin')}:${process.env.PATH}`
    const run = (input: string) => {
      const args = [...words, join(program, 'bin/rally-hook'), 'claude_code', 'PreToolUse']
      const before = started()
      const { stdout, stderr } = spawnSync(first, args, { env: { ...scratch.env, PATH }, input, encoding: 'utf8' })
      expect(stderr).toBe('')
      return { text: stdout, isStarted: started() > before }
    }
    expect(run(payloadOf('one', {}))).toEqual({ text: '', isStarted: false })
    start('two')
    edit('two', { file: 'src/b.ts' })
    expect(run(payloadOf('one', {}))).toEqual({ text: '', isStarted: false })
    expect(run(payloadOf('one', { file: 'src/b.ts' })).text).toContain('claude-2 is editing src/b.ts')
    fs.symlinkSync('/etc', join(scratch.repo, `link-${name}`))
    expect(run(payloadOf('one', { file: `link-${name}/x` })).isStarted).toBe(true)
  })

  it('is answered when hooks are switched off, too, and not announced', () => {
    calm()
    const size = () => fs.statSync(room('hook/inflight/one.jsonl')).size
    const before = size()
    expect(edit('one', { env: { RALLY_HOOKS: 'off' } })).toEqual({ text: '', isStarted: false })
    expect(edit('one', { env: { RALLY_HOOKS: ' Off' } })).toEqual({ text: '', isStarted: true })
    expect(size()).toBe(before)
    expect(edit('one', { env: { RALLY_HOOKS: 'on' } }).isStarted).toBe(true)
  })

  it('counts from its own last sign of life, and its time does not grow with later edits', () => {
    calm()
    const inFlight = room('hook/inflight/one.jsonl')
    expect(fs.readFileSync(inFlight, 'utf8').trim().split('\n').at(-1)).not.toContain('"t"')
    // Later: the file of then is nobody's any more, although another one is edited now.
    for (const path of [inFlight, room('sessions/one.json')]) age(path, PAST)
    ageNote(PAST)
    const old = fs.readFileSync(inFlight, 'utf8').replaceAll(/"t":([\d.]+)/g, (_, t) => `"t":${Number(t) - PAST}`)
    const { atime, mtime } = fs.statSync(inFlight)
    fs.writeFileSync(
      inFlight,
      old.replaceAll(/\[\["src\/a.ts",([\d.]+)/g, (_, t) => `[["src/a.ts",${Number(t) - PAST}`),
    )
    fs.utimesSync(inFlight, atime, mtime)
    expect(edit('one', { file: 'src/b.ts' }).isStarted).toBe(true)
    start('two')
    expect(edit('two', { file: 'src/b.ts' }).text).toContain('is editing src/b.ts')
    expect(edit('two', { file: 'src/a.ts' }).text).not.toContain('is editing src/a.ts')
  })

  it('is answered for longer when something else wrote the record meanwhile, but only while there is a note', () => {
    calm()
    const until = join(noteFolder(), 'one+9')
    const prompt = () => edit('one', { event: 'UserPromptSubmit', more: { prompt: 'go on' } })
    const older = (secs: number) => {
      const record = scratch.presence('one')
      scratch.putPresence({ ...record, last_seen: Number(record.last_seen) - secs })
      ageNote(secs)
    }
    older(40)
    const lastLine = () => fs.readFileSync(room('hook/inflight/one.jsonl'), 'utf8').trim().split('\n').at(-1)
    expect(lastLine()).not.toContain('"t"')
    const edited = fs.statSync(room('hook/inflight/one.jsonl')).mtimeMs / 1000
    prompt()
    // What was announced without a time does not become younger by what is announced later.
    expect(JSON.parse(lastLine() ?? '')).toEqual({ t: expect.closeTo(edited, 2), s: 'one' })
    expect(fs.statSync(until).mtimeMs / 1000).toBeCloseTo(Number(scratch.presence('one').last_seen) + 450, 2)
    expect(edit('one').isStarted).toBe(false)
    older(60)
    fs.rmSync(join(noteFolder(), 'one'))
    fs.rmSync(until)
    prompt()
    expect(fs.existsSync(until)).toBe(false)
    expect(edit('one').isStarted).toBe(true)
  })
})

describe('the record of a session that goes on editing', () => {
  const record = () => fs.readFileSync(room('sessions/one.json'), 'utf8')
  const announcements = () => fs.readFileSync(room('hook/inflight/one.jsonl'), 'utf8').trimEnd().split('\n')
  /** Time passes, for what the session left. The record keeps its file. */
  const pass = (secs: number) => {
    const old = (text: string) => (Number(text) - secs).toFixed(3)
    const times = record().replace(/^\{"heartbeat_ts":([\d.]+),"last_seen":([\d.]+)/, (_, heartbeat, seen) =>
      ['{"heartbeat_ts":', old(heartbeat), ',"last_seen":', old(seen)].join(''),
    )
    const fd = fs.openSync(room('sessions/one.json'), 'r+')
    fs.writeSync(fd, times)
    fs.closeSync(fd)
    age(room('hook/inflight/one.jsonl'), secs)
    age(join(scratch.repo, '.git/HEAD'), secs)
    ageNote(secs)
  }
  const seen = () => Number(scratch.presence('one').last_seen)

  it('is kept young without the program, once for each time that passes, until the note ends', () => {
    calm()
    const before = record()
    pass(45)
    const aged = record()
    expect(edit('one').isStarted).toBe(false)
    expect(record()).toBe(aged)
    pass(30)
    const lines = announcements().length
    expect(edit('one').isStarted).toBe(false)
    expect(seen()).toBeCloseTo(Date.now() / 1000, -1)
    expect(scratch.presence('one')).toEqual({ ...JSON.parse(before), heartbeat_ts: seen(), last_seen: seen() })
    expect(record()).toHaveLength(before.length)
    // What was announced without a time got one, before the next.
    expect(
      announcements()
        .slice(lines)
        .map((line) => JSON.parse(line)),
    ).toEqual([{ t: seen(), s: 'one' }, expect.objectContaining({ f: [['src/a.ts']] })])
    const kept = record()
    edit('one')
    expect([record(), announcements().length]).toEqual([kept, lines + 3])
    for (let passed = 75; passed + 40 < 450; passed += 40) {
      pass(40)
      expect(edit('one').isStarted, `after ${passed} s`).toBe(false)
      expect(Date.now() / 1000 - seen()).toBeLessThan(91)
    }
    pass(60)
    expect(edit('one').isStarted).toBe(true)
  })

  it('names a file that is new before it is two minutes old', () => {
    calm()
    pass(55)
    expect(edit('one', { file: 'src/next.ts' }).isStarted).toBe(false)
    expect(scratch.presence('one').files_in_flight).toEqual(['src/a.ts'])
    pass(40)
    expect(edit('one').isStarted).toBe(false)
    pass(15)
    expect(edit('one').isStarted).toBe(true)
    expect(scratch.presence('one').files_in_flight).toEqual(['src/a.ts', 'src/next.ts'])
    expect(edit('one', { file: 'src/next.ts' }).isStarted).toBe(false)
    pass(60)
    expect(edit('one').isStarted).toBe(false)
  })

  it.each(['now', '9', 'kept'])('is left to the program without a word when nothing can be written to +%s', (end) => {
    calm()
    const path = join(noteFolder(), `one+${end}`)
    const precious = home('precious')
    for (const plant of [
      () => fs.mkdirSync(path),
      () => fs.symlinkSync(precious, path),
      () => execFileSync('mkfifo', [path]),
    ]) {
      fs.writeFileSync(precious, 'mine')
      if (end === 'kept') pass(60)
      fs.rmSync(path, { force: true, recursive: true })
      plant()
      expect(edit('one', { env: { RALLY_GATE: end === '9' ? 'off' : '' } }).text).toBe('')
      expect(fs.readFileSync(precious, 'utf8')).toBe('mine')
      fs.rmSync(path, { force: true, recursive: true })
      edit('one')
    }
  })

  it('is left to the program after a break, and where somebody else wrote it or it has another name', () => {
    calm()
    pass(160)
    expect(edit('one').isStarted).toBe(true)
    edit('one')
    pass(60)
    const rewritten = JSON.stringify({ ...scratch.presence('one'), task: 'mine' })
    fs.writeFileSync(room('sessions/one.json.new'), rewritten)
    fs.renameSync(room('sessions/one.json.new'), room('sessions/one.json'))
    expect(edit('one').isStarted).toBe(true)
    expect(scratch.presence('one').task).toBe('mine')
    edit('one')
    pass(60)
    fs.rmSync(join(noteFolder(), 'one+record'))
    fs.symlinkSync(room('sessions/one.json'), join(noteFolder(), 'one+record'))
    expect(edit('one').isStarted).toBe(true)
  })

  it('is never taken for a file of the user that a link in its place names', () => {
    const precious = home('precious')
    fs.writeFileSync(precious, 'mine, all of it; more than thirty bytes of it, and then some more of it')
    for (const link of [fs.symlinkSync, fs.linkSync]) {
      scratch.reset()
      age(join(scratch.repo, '.git/HEAD'), 60)
      fs.writeFileSync(precious, 'mine, all of it; more than thirty bytes of it, and then some more of it')
      calm()
      const planted = (path: string) => {
        fs.rmSync(path, { force: true })
        link(precious, path)
      }
      planted(room('sessions/one.json'))
      edit('one')
      edit('one')
      if (fs.existsSync(join(noteFolder(), 'one'))) pass(60)
      edit('one')
      expect(fs.readFileSync(precious, 'utf8')).toMatch(/^mine/)
    }
  })

  it('is the work of the program where the cache is on another file system', () => {
    const other = fs.mkdtempSync('/dev/shm/rally-gate-')
    try {
      if (fs.statSync(other).dev === fs.statSync(scratch.dir).dev) {
        process.stderr.write('SKIPPED: a second file system, which is not here\n')
        return
      }
      const env = { XDG_CACHE_HOME: other }
      start('one')
      edit('one', { env })
      expect(edit('one', { env }).isStarted).toBe(false)
      const notes = join(other, 'rally/gate/claude_code.session_id.PreToolUse')
      expect(fs.readdirSync(notes).sort()).toEqual(['+answer', 'one', 'one+9', 'one+now'])
      expect(fs.statSync(join(notes, 'one+9')).mtimeMs / 1000).toBeCloseTo(seen() + 100, 2)
    } finally {
      fs.rmSync(other, { recursive: true })
    }
  })
})

/** Somebody who is no agent with hooks: the existing system, or a command. */
const presence = (files: readonly string[], more: object = {}) => ({
  ...{
    session_id: 'py',
    tool: 'codex',
    app_slug: 'shop',
    last_seen: Date.now() / 1000,
    heartbeat_ts: Date.now() / 1000,
  },
  ...{ files_in_flight: files, task: 'why? [x]', ...more },
})
const put = (record: object, indent?: number | string) =>
  fs.writeFileSync(room('sessions/py.json'), JSON.stringify(record, null, indent))
const claims = (patterns: readonly string[]) => {
  const claim = {
    id: 'c1',
    fence: 1,
    session_id: 'two',
    tool: 'codex',
    host: 'h',
    by: null,
    patterns,
    mode: 'exclusive',
    why: null,
  }
  const document = { schema_version: '1.0', fence: 1, claims: [{ ...claim, since: 1, until: 4e9, secs: 7200 }] }
  append(room('rally/claims.json'), JSON.stringify(document))
}
const outside = () => {
  const other = join(scratch.repo, 'vendor/other')
  fs.mkdirSync(other, { recursive: true })
  execFileSync('git', ['init', '-q', other])
  return 'vendor/other/x.ts'
}
const home = (relative: string) => join(scratch.dir, 'home', relative)

describe('the program is started', () => {
  const changes: Record<string, () => Call | undefined> = {
    'when another announces the file': () => {
      start('two')
      edit('two')
      return undefined
    },
    'when a record names it': () => void put(presence(['src/a.ts'])),
    'when a record written on several lines names it': () =>
      void put(presence(['x', './src/a.ts'], { in_flight: {} }), 2),
    'when a record names a folder': () => void put(presence(['src'])),
    'when a record names it in another way': () => void put(presence(['docs', './src//a.ts'])),
    'when a record names everything': () => void put(presence(['.'])),
    'when a record on several lines names it in another way': () => void put(presence(['b', 'src/../src/a.ts']), 2),
    'when a record on several lines names a folder': () => void put(presence(['src/', 'b']), 1),
    'when a record names a glob': () => void put(presence(['src/*.ts'])),
    'when a record on several lines names a glob': () => void put(presence(['x', 'src/*.ts']), 2),
    'for a message to its tool': () => scratch.send('claude_code', { from_session_id: 'x', message: 'm' }) as undefined,
    'for a message to all': () => scratch.send('all', { from_session_id: 'x', message: 'm' }) as undefined,
    'for a notice': () => append(room('hook/room/notices.jsonl'), '{}\n') as undefined,
    'for a claim on the file': () => void claims(['src/a.ts']),
    'for a configuration of the user': () => append(home('.config/rally/config.json'), '{}') as undefined,
    'for a configuration of the repository': () => append(join(scratch.repo, '.rally.json'), '{}') as undefined,
    'on another branch': () => scratch.git('checkout', '-q', '-b', `b${Date.now()}`) as undefined,
    'when it is switched off': () => append(room('hook/one.off'), '') as undefined,
    'when its record is gone': () => fs.rmSync(room('sessions/one.json')) as undefined,
    'when its log is gone': () => fs.rmSync(room('hook/inflight/one.jsonl')) as undefined,
    'when its note is a link': () => {
      fs.renameSync(join(noteFolder(), 'one'), home('elsewhere'))
      fs.symlinkSync(home('elsewhere'), join(noteFolder(), 'one'))
      return undefined
    },
    'when the clock went back': () => {
      const later = Date.now() / 1000 + 60
      fs.utimesSync(join(noteFolder(), 'one'), later, later)
      return undefined
    },
    'when its sign of life is due': () => ageNote(460) as undefined,
    'where it is told to': () => ({ env: { RALLY_GATE: 'off' } }),
    'for another environment': () => ({ env: { GIT_DIR: '/nowhere' } }),
    'in another folder': () => ({ more: { cwd: join(scratch.repo, 'src') } }),
    'for a subagent': () => ({ more: { agent_id: 'a1' } }),
    'for another tool': () => ({ more: { tool_name: 'NotebookEdit' } }),
    'for a file of another tree': () => ({ file: '/tmp/x.ts' }),
    'for a file of a nested repository': () => ({ file: outside() }),
    'for a file on a winding way': () => ({ file: `${scratch.repo}/src/../src/a.ts` }),
    'for a name that grep or JSON could read otherwise': () => ({ file: 'src/[id].ts' }),
    'for a name outside of ASCII': () => ({ file: 'src/ä.ts' }),
    'for a link': () => {
      fs.symlinkSync('/etc/hosts', join(scratch.repo, 'src/link.ts'))
      return { file: 'src/link.ts' }
    },
    'for a payload that is cut': () => ({ as: (text) => text.slice(0, -3) }),
    'for a payload of two documents': () => ({ as: (text) => `${text}\n${text}` }),
    'for a long payload': () => ({ more: { long: 'x'.repeat(40_000) } }),
    'for a payload that says a thing twice': () => ({ more: { nested: { file_path: '/x' } } }),
  }
  it.each(Object.keys(changes))('%s', (name) => {
    calm()
    const call = changes[name]?.()
    expect(edit('one', call ?? {}).isStarted).toBe(true)
    fs.rmSync(join(scratch.repo, '.rally.json'), { force: true })
    fs.rmSync(join(scratch.repo, 'src/link.ts'), { force: true })
  })

  /** They were there before the note, which was made for another file. */
  const named: readonly { files: readonly string[]; indent?: number | string }[] = [
    { files: ['src/a.ts'] },
    { files: ['docs', 'src/a.ts'], indent: 2 },
    { files: ['src'] },
    { files: ['src/'], indent: 1 },
    { files: ['./src//a.ts'] },
    { files: ['.'] },
    { files: ['src/../src/a.ts'], indent: 2 },
    { files: ['src/*.ts'] },
    { files: ['x', 'src/*.ts'], indent: 2 },
    { files: ['a]b', 'src/*'] },
    { files: ['a]b', './src/a.ts'] },
    { files: ['src/.'] },
    { files: ['src/.'], indent: '\t' },
    { files: ['x', './src/a.ts'], indent: '\t' },
  ]
  it.each(named)('when a record that changed names $files', ({ files, indent }) => {
    calm()
    put(presence(files), indent)
    expect(edit('one').isStarted).toBe(true)
  })

  it.each(named)('when a record that did not change since names $files', ({ files, indent }) => {
    start('one')
    put(presence(files), indent)
    age(room('sessions/py.json'), 5)
    edit('one', { file: 'other/b.md' })
    if (!files.some((name) => /[*.]/.test(name) && name !== 'src/a.ts'))
      expect(edit('one', { file: 'other/b.md' })).toEqual({ text: '', isStarted: false })
    expect(edit('one').isStarted).toBe(true)
  })

  it('when a record that changed since names it, among many that did not', () => {
    start('one')
    for (let i = 0; i < 60; i++) {
      const many = { ...presence([`lib/${i}.ts`]), session_id: `py${i}` }
      fs.writeFileSync(room(`sessions/py${i}.json`), JSON.stringify(many))
      age(room(`sessions/py${i}.json`), 5)
    }
    edit('one')
    expect(edit('one')).toEqual({ text: '', isStarted: false })
    expect(edit('one', { file: 'lib/7.ts' }).text).toContain('lib/7.ts')
    edit('one')
    expect(edit('one').isStarted).toBe(false)
    put({ ...presence(['src/a.ts']) })
    expect(edit('one').isStarted).toBe(true)
    // So many at once are looked up by the program, whose note is newer than they are.
    fs.rmSync(room('sessions/py.json'))
    for (let i = 0; i < 60; i++) fs.utimesSync(room(`sessions/py${i}.json`), Date.now() / 1000, Date.now() / 1000)
    expect(edit('one').isStarted).toBe(true)
    for (let i = 0; i < 60; i++) age(room(`sessions/py${i}.json`), 5)
    edit('one')
    expect(edit('one')).toEqual({ text: '', isStarted: false })
  })

  it.each([['src/'], ['src'], ['src/**'], ['**/a.ts'], ['src/**/a.ts'], ['*/a.{ts,js}'], ['./src/?.ts']])(
    'for a claim on %s, and for no other file',
    (pattern) => {
      start('one')
      claims([pattern])
      age(room('rally/claims.json'), 5)
      edit('one', { file: 'docs/b.md' })
      expect(edit('one', { file: 'docs/b.md' }).isStarted).toBe(false)
      expect(edit('one').isStarted).toBe(true)
    },
  )

  it('for a claim that the session lost', () => {
    start('one')
    const lost = [{ id: 'c1', session_id: 'one', patterns: ['src/**'], at: Date.now() / 1000, by: null }]
    append(room('rally/claims.json'), JSON.stringify({ schema_version: '1.0', fence: 1, claims: [], lost }))
    age(room('rally/claims.json'), 5)
    edit('one', { file: 'docs/b.md' })
    expect(edit('one', { file: 'docs/b.md' }).isStarted).toBe(false)
    expect(edit('one').text).toContain('your claim c1 of src/** ended')
  })

  it('for what was not told yet, until it is', () => {
    calm()
    for (let i = 0; i < 60; i++)
      scratch.send('claude_code', { from_session_id: 'x', message: `m${i} ${'x'.repeat(300)}` })
    let told = 0
    for (let i = 0; i < 100 && edit('one').isStarted; i++) told++
    expect(told).toBeGreaterThan(0)
    expect(edit('one')).toEqual({ text: '', isStarted: false })
  })

  it('for each of two writers of one conversation', () => {
    calm()
    const pid = String(process.pid)
    start('one', { source: 'resume' })
    expect(edit('one', { env: { CLAUDE_CODE_SESSION_ID: 'one', CLAUDE_PID: pid } }).isStarted).toBe(true)
  })

  it('again for what a new context has forgotten', () => {
    calm()
    scratch.send('claude_code', { from_session_id: 'x', message: 'remember' })
    age(room('inbox/claude_code.jsonl'), 5)
    expect(edit('one').text).toContain('remember')
    expect(edit('one').isStarted).toBe(false)
    expect(start('one', { source: 'compact' })).toContain('remember')
    expect(edit('one').isStarted).toBe(true)
  })
})

describe('a shell command of Codex', () => {
  const shell = (command: unknown): Call => ({
    ...{ host: 'codex', event: 'PreToolUse' },
    more: { turn_id: 't', tool_name: 'Bash', tool_input: { command } },
  })
  const calmCodex = () => {
    edit('c', { host: 'codex', event: 'SessionStart', more: { source: 'startup', turn_id: 't' } })
    edit('c', shell('ls'))
    expect(edit('c', shell('ls'))).toEqual({ text: '', isStarted: false })
  }

  it.each([
    'cat src/a.ts | head -50',
    'npm test -- --run "a b" --reporter=dot',
    'git status --short && git diff HEAD~1 -- src/a.ts',
    'grep -rn "export function" src | wc -l',
    'node -e "console.log(1)"',
    'find . -name form.ts',
  ])('that writes nothing starts no program: %s', (command) => {
    calmCodex()
    expect(edit('c', shell(command))).toEqual({ text: '', isStarted: false })
    expect(edit('c', shell(['bash', '-lc', command]))).toEqual({ text: '', isStarted: false })
  })

  it('may stand in a folder that is called like a command, and is not hidden by another key of that name', () => {
    calmCodex()
    const inFolder = (more: object, as = (text: string) => text): Call => ({
      ...shell('ls'),
      more: { turn_id: 't', tool_name: 'Bash', ...more },
      as: (text) => as(text).replace('{', '{"transcript_path":"/home/ann/based/dispatch/install.jsonl",'),
    })
    expect(edit('c', inFolder({ tool_input: { command: 'ls' } }))).toEqual({ text: '', isStarted: false })
    const last = { last: { command: 'ls' } }
    const touch = { tool_input: { command: 'touch a' } }
    const hide = (text: string) => text.replace('command', 'comm\\u0061nd')
    for (const call of [inFolder(touch), inFolder({ ...touch, ...last }), inFolder({ ...touch, ...last }, hide)]) {
      expect(edit('c', call).isStarted).toBe(true)
      edit('c', shell('ls'))
    }
  })

  it('that could write starts it, however it is written', () => {
    calmCodex()
    const words = [...FILE_COMMANDS.keys()].flatMap((name) => [
      `${name} a b`,
      `cd x&&${name} -i a`,
      `bash -c '${name} a b'`,
      `bash -c "${name} a b"`,
      `/bin/${name} a`,
      `${name[0]}\\${name.slice(1)} a b`,
      `${name[0]}""${name.slice(1)} a b`,
      `${name[0]}''${name.slice(1)} a b`,
      `"${name.slice(0, 1)}"${name.slice(1)} a b`,
      `'${name.slice(0, 1)}'${name.slice(1)} a b`,
      `true\n${name} a b`,
    ])
    const others = [
      'echo x>a',
      "echo 'x' >> a",
      "git commit -am 'x'",
      'git -C sub stash',
      'git\tadd -A',
      'git checkout main',
    ]
    const more = ['apply_patch x', 'patch a', "eval 'rm x'", 'git pull --rebase', 'git reset --hard', 'git clean -fd']
    for (const command of [...words, ...others, ...more]) {
      const { writes, git } = readShell(command)
      if (writes.length === 0 && git.length === 0) continue
      expect(edit('c', shell(command)).isStarted, command).toBe(true)
      edit('c', shell('ls'))
    }
  })

  it('hears messages', () => {
    calmCodex()
    scratch.send('codex', { from_session_id: 'x', message: 'm' })
    expect(edit('c', shell('ls')).isStarted).toBe(true)
  })
})

it('a file that the gate announced is announced once, also when the program takes over', () => {
  calm()
  scratch.send('claude_code', { from_session_id: 'x', message: 'm' })
  expect(edit('one', { file: 'src/once.ts' }).text).toContain('m')
  const lines = fs.readFileSync(room('hook/inflight/one.jsonl'), 'utf8').split('\n')
  expect(lines.filter((line) => line.includes('once.ts'))).toHaveLength(1)
})

it('a planted link in the place of the announcements is not followed', () => {
  calm()
  const target = home('target')
  fs.writeFileSync(target, 'mine')
  fs.rmSync(room('hook/inflight/one.jsonl'))
  fs.symlinkSync(target, room('hook/inflight/one.jsonl'))
  edit('one')
  expect(fs.readFileSync(target, 'utf8')).toBe('mine')
})

describe('of two edits of one file at once at least one hears of the other', () => {
  /** Runs a call of `two` right before the gate of `one` starts a program: before it reads, before it looks, when it hands over. */
  const between = (tool: string, call: Call): { one: string; two: string } => {
    const real = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
    const [bin, answer, done] = ['bin-between', 'answer', 'done'].map((name) => join(scratch.dir, name)) as [
      string,
      string,
      string,
    ]
    for (const path of [bin, answer, done]) fs.rmSync(path, { recursive: true, force: true })
    fs.mkdirSync(bin)
    const input = join(scratch.dir, 'input')
    fs.writeFileSync(input, payloadOf('two', call))
    const variables = Object.entries(call.env ?? {}).map(([name, value]) => `${name}=${value} `)
    const other = `PATH='${program}/bin:${process.env.PATH}' ${variables.join('')}rally-hook claude_code PreToolUse <'${input}' >'${answer}'`
    const path = tool === 'node' ? process.execPath : real
    fs.writeFileSync(
      join(bin, tool),
      `#!/bin/sh\n[ -e '${done}' ] || { : >'${done}'; ${other}; }\nexec '${path}' "$@"\n`,
      { mode: 0o755 },
    )
    const PATH = `${bin}:${join(program, 'bin')}:${process.env.PATH}`
    const args = ['-c', 'rally-hook claude_code PreToolUse']
    const one = spawnSync('/bin/sh', args, {
      env: { ...scratch.env, PATH },
      input: payloadOf('one', { file: call.file ?? '' }),
    })
    return { one: String(one.stdout), two: fs.existsSync(answer) ? fs.readFileSync(answer, 'utf8') : '' }
  }

  it.each([
    ['dd', 'gate'],
    ['dd', 'program'],
    ['grep', 'gate'],
    ['grep', 'program'],
    ['node', 'gate'],
    ['node', 'program'],
  ])('the other comes before %s, answered by the %s', (tool, by) => {
    calm('one')
    calm('two', { file: 'src/b.ts' })
    calm('three', { file: 'src/both.ts' })
    // The third has the file, too, where the gate is to hand over.
    const file = tool === 'node' ? 'src/both.ts' : 'src/new.ts'
    const { one, two } = between(tool, { file, env: by === 'program' ? { RALLY_GATE: 'off' } : {} })
    const heard = [one.includes('claude-2 is editing'), two.includes('claude-1 is editing')]
    expect(heard, JSON.stringify({ one, two })).toContain(true)
    // The one that looks when the other has announced.
    expect(heard[tool === 'dd' ? 0 : 1]).toBe(true)
  })

  it('whoever comes while it is alone hears of it, or is heard of', () => {
    for (const tool of ['dd', 'node']) {
      scratch.reset()
      age(join(scratch.repo, '.git/HEAD'), 60)
      calm('one')
      // A message makes the gate hand over, which it does last of all.
      if (tool === 'node') scratch.send('claude_code', { from_session_id: 'x', message: 'm' })
      // It runs below the first one's call, but is no part of it.
      const { one, two } = between(tool, {
        file: 'src/new.ts',
        env: { CLAUDE_CODE_SESSION_ID: 'two', CLAUDE_PID: String(process.pid) },
      })
      expect(
        [one.includes('claude-2 is editing'), two.includes('claude-1 is editing')],
        JSON.stringify({ one, two }),
      ).toEqual(tool === 'dd' ? [true, false] : [true, true])
    }
  })
})

it('a note that was cut, emptied or overwritten from any byte on starts the program', () => {
  calm()
  const note = join(noteFolder(), 'one')
  const text = fs.readFileSync(note)
  const { mtime } = fs.statSync(note)
  for (let at = 0; at < text.length - 1; at += 13) {
    const kept = text.subarray(0, at)
    const damaged = [
      kept,
      Buffer.concat([kept, Buffer.alloc(text.length - at)]),
      Buffer.concat([kept, Buffer.from('x\n')]),
    ]
    fs.writeFileSync(note, damaged[at % 3] ?? '')
    fs.utimesSync(note, mtime, mtime)
    const before = started()
    const input = payloadOf('one', {})
    // The program alone would write a new note.
    const { stdout, stderr } = callHook(program, ['claude_code', 'PreToolUse'], {
      ...{ env: { ...scratch.env, RALLY_HOOKS: '' }, input, through: join(scratch.dir, 'payload') },
    })
    expect([stdout, stderr, started() > before], `byte ${at}`).toEqual(['', '', true])
  }
})

it('there is a row for everything that a session can be told', () => {
  const page = fs.readFileSync(join(import.meta.dirname, '../../../docs/explanation/hot-path.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) => row.split('|')[1]?.match(/[\w-]+/g) ?? [])
  expect(named.sort()).toEqual([...TOLD_REASONS].sort())
})

it('silence is what the program would have said: sessions, files and messages by turns', () => {
  let seed = Number(process.env.RALLY_SEED ?? 7)
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const ids = ['one', 'two', 'three']
  for (const id of ids) start(id)
  let silent = 0
  const rounds = Number(process.env.RALLY_ROUNDS ?? 60)
  for (let round = 0; round < rounds; round++) {
    const id = ids[random(3)] ?? 'one'
    const what = random(10)
    // Two seconds after a message everything is for the program.
    if (what === 0 && random(3) === 0)
      scratch.send(random(2) === 0 ? 'all' : 'claude_code', { from_session_id: 'x', message: `m${round}` })
    else if (what === 1) edit(id, { event: 'UserPromptSubmit', more: { prompt: 'p' } })
    else if (what === 2) put(presence([`src/${random(12)}.ts`]))
    else {
      const file = `src/${random(4) === 0 ? random(12) : `${id}${random(3)}`}.ts`
      const { text, isStarted } = edit(id, { file })
      if (isStarted) continue
      silent++
      expect(text).toBe('')
      const asked = edit(id, {
        file,
        env: { XDG_CACHE_HOME: join(scratch.dir, 'home/other-cache'), RALLY_GATE: 'off' },
      })
      expect(asked, `round ${round}: ${id} ${file}`).toEqual({ text: '', isStarted: true })
    }
  }
  // Little on a quick machine: what changed in the last two seconds is for the program.
  expect(silent).toBeGreaterThan(rounds / 15)
})
