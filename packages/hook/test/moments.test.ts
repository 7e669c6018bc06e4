import fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, begin, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
})

const edit = (id: string, path = 'src/a.ts', options: Parameters<typeof act>[3] = {}) =>
  act(scratch, 'before-edit', id, { paths: [path], ...options })

const editing = (id: string) => `rally: ${scratch.nameOf(id)} is editing`
const taking = (id: string) => `rally: ${scratch.nameOf(id)} took`

describe('a session comes, works and leaves', () => {
  it('has a presence record from its first moment to its last', () => {
    act(scratch, 'session-start', 'one', { tool: 'codex', model: 'm-1' })
    expect(scratch.presence('one')).toMatchObject({
      session_id: 'one',
      tool: 'codex',
      model: 'm-1',
      phase: 'joined',
      files_in_flight: [],
      host: 'here',
      cwd: scratch.repo,
      worktree: scratch.repo,
      branch_name: 'main',
    })
    edit('one')
    expect(scratch.presence('one')).toMatchObject({ phase: 'working', files_in_flight: ['src/a.ts'] })
    act(scratch, 'turn-end', 'one')
    expect(scratch.presence('one')).toMatchObject({ phase: 'idle', files_in_flight: ['src/a.ts'] })
    act(scratch, 'session-end', 'one')
    expect(fs.existsSync(join(scratch.channel, 'sessions/one.json'))).toBe(false)
    expect(edit('two').text).not.toContain('one')
  })

  it('is silent for a lone agent at every moment', () => {
    for (const name of ['session-start', 'prompt', 'before-edit', 'after-edit', 'turn-end', 'session-start'] as const) {
      expect(act(scratch, name, 'one', { paths: ['src/a.ts'] })).toMatchObject({ text: '', code: 'quiet', replies: 1 })
    }
  })

  it('rewrites presence only for new content or after 30 s, and keeps what is not its own', () => {
    act(scratch, 'session-start', 'one')
    scratch.putPresence({
      ...scratch.presence('one'),
      task: 'prices',
      foreign: { a: 1 },
      cursor: { revision: 7, changes_offset: 9 },
    })
    edit('one')
    const first = scratch.read('sessions/one.json')
    expect(JSON.parse(first)).toMatchObject({
      task: 'prices',
      foreign: { a: 1 },
      cursor: { revision: 7, changes_offset: 9 },
    })
    scratch.now += 5
    edit('one')
    expect(scratch.read('sessions/one.json')).toBe(first)
    scratch.now += 24
    edit('one')
    expect(scratch.read('sessions/one.json')).toBe(first)
    scratch.now += 2
    edit('one')
    expect(scratch.presence('one')).toMatchObject({ last_seen: scratch.now, foreign: { a: 1 } })
  })

  it('keeps a phase that the session announced by itself', () => {
    act(scratch, 'session-start', 'one')
    scratch.putPresence({ ...scratch.presence('one'), phase: 'review' })
    act(scratch, 'turn-end', 'one')
    expect(scratch.presence('one')).toMatchObject({ phase: 'review' })
  })

  it('takes a turn that ends for a reason for the end of the conversation', () => {
    act(scratch, 'session-start', 'one')
    act(scratch, 'turn-end', 'one', { source: 'clear' })
    expect(act(scratch, 'session-start', 'two').text).toBe('')
  })
})

describe('files in flight', () => {
  it('are relative to the top, with slashes, wherever the host runs', () => {
    fs.mkdirSync(join(scratch.repo, 'src/deep'), { recursive: true })
    act(scratch, 'before-edit', 'one', {
      cwd: join(scratch.repo, 'src'),
      paths: ['deep/../a.ts', join(scratch.repo, 'b.ts')],
    })
    expect(scratch.presence('one').files_in_flight).toEqual(['src/a.ts', 'b.ts'])
    expect(edit('two', join(scratch.repo, 'src/a.ts')).text).toContain('src/a.ts')
  })

  it('leave out files of no repository and git itself', () => {
    act(scratch, 'before-edit', 'one', { paths: ['/etc/hosts', '../x', '.git/config', scratch.repo, '', 'a\0b'] })
    expect(scratch.presence('one').files_in_flight).toEqual([])
  })

  it('follow symbolic links to folders', () => {
    fs.symlinkSync(join(scratch.repo, 'src'), join(scratch.repo, 'link'))
    edit('one', 'link/a.ts')
    expect(edit('two', 'src/a.ts').text).toContain(editing('one'))
    fs.rmSync(join(scratch.repo, 'link'))
  })

  it('end 15 minutes after the last edit of the file, not with the turn', () => {
    edit('one')
    act(scratch, 'turn-end', 'one')
    scratch.now += 14 * 60
    act(scratch, 'prompt', 'one')
    expect(edit('two').text).toContain(editing('one'))
    scratch.now += 61
    act(scratch, 'prompt', 'one')
    expect(scratch.presence('one').files_in_flight).toEqual([])
    expect(edit('three').text).not.toContain(editing('one'))
  })

  it('several of one patch are one line, per peer', () => {
    act(scratch, 'before-edit', 'one', { paths: ['a', 'b', 'c', 'd'] })
    act(scratch, 'session-start', 'two')
    const { text } = act(scratch, 'before-edit', 'two', { paths: ['a', 'b', 'c', 'd', 'e'] })
    expect(text.split('\n')).toHaveLength(1)
    expect(text).toContain('is editing a, b, c and 1 more in this same working tree')
  })

  it('of a session that CLI or Python announced count as long as it is live', () => {
    const seen = scratch.now - 1800
    scratch.putPresence({
      session_id: 'py',
      tool: 'claude_code',
      phase: 'p',
      files_in_flight: ['src/a.ts'],
      heartbeat_ts: seen,
      host: 'here',
      cwd: scratch.repo,
    })
    expect(edit('one').text).toContain('claude_code (session py) is editing src/a.ts')
    scratch.now += 61
    expect(edit('two').text).not.toContain('session py')
  })

  it.each(['src/**', 'src/', 'src', '**/a.ts'])('of a folder or glob that a session announced, warn: %s', (files) => {
    scratch.putPresence({
      session_id: 'py',
      tool: 'claude_code',
      phase: 'p',
      files_in_flight: [files],
      heartbeat_ts: scratch.now,
      host: 'here',
      cwd: scratch.repo,
    })
    expect(edit('one', 'lib/b.ts').text).not.toContain('is editing lib/b.ts')
    expect(edit('one').text).toContain('claude_code (session py) is editing src/a.ts')
  })
})

describe('warnings', () => {
  it('are given once per file and peer, and again when the peer comes back to the file', () => {
    edit('one')
    expect(edit('two').text).toContain(editing('one'))
    expect(edit('two').text).toBe('')
    expect(edit('two', 'src/b.ts').text).toBe('')
    act(scratch, 'session-end', 'one')
    scratch.now += 10
    expect(edit('two').text).toBe('')
    edit('one')
    scratch.now += 10
    expect(edit('two').text).toContain(editing('one'))
  })

  it('name another working tree as a merge risk, in one shorter line', () => {
    const other = join(scratch.dir, 'other')
    scratch.git('worktree', 'add', '-q', other)
    act(scratch, 'before-edit', 'one', { cwd: other, paths: [join(other, 'src/a.ts')] })
    act(scratch, 'session-start', 'two')
    expect(edit('two').text).toBe(
      'rally: merge risk: toolx-1 has src/a.ts in flight in another working tree. To agree: rally tell toolx-1 "…"',
    )
    // An edit of the other tree's file from here is a collision there.
    expect(edit('two', join(other, 'src/a.ts')).text).toContain('in this same working tree')
    scratch.git('worktree', 'remove', '--force', other)
  })

  it('name another machine, whose presence came by relay', () => {
    const { now } = scratch
    const inFlight = { 'src/a.ts': { since: now - 100, last: now - 100 } }
    scratch.putPresence({
      session_id: 'far',
      tool: 'codex',
      phase: 'working',
      files_in_flight: ['src/a.ts'],
      in_flight: inFlight,
      heartbeat_ts: now,
      last_seen: now,
      host: 'elsewhere',
      machine: 'elsewhere',
      cwd: scratch.repo,
      worktree: scratch.repo,
    })
    expect(edit('one').text).toContain('merge risk: codex (session far) has src/a.ts in flight on another machine')
  })

  it('are not given for subagents of the same session, but between siblings', () => {
    edit('one')
    expect(edit('one', 'src/a.ts', { agentId: 'c1' }).text).toBe('')
    expect(edit('one').text).toBe('')
    const { text } = edit('one', 'src/a.ts', { agentId: 'c2' })
    expect(text).toBe(
      `rally: ${scratch.nameOf('one.c1')}, another subagent of ${scratch.nameOf('one')}, is editing src/a.ts in this same ` +
        `working tree (last edit 0s ago). Leave the file, or tell ${scratch.nameOf('one')} in your answer.`,
    )
    // For others a subagent is one session more.
    expect(edit('two').text).not.toContain('another subagent')
  })

  it('wait for the moment after an edit where the host drops text before it', () => {
    const capabilities = { context: ['session-start', 'prompt', 'after-edit'] as const }
    edit('one')
    expect(edit('two', 'src/a.ts', { capabilities }).text).toBe('')
    const after = { paths: ['src/a.ts'], capabilities }
    expect(act(scratch, 'after-edit', 'two', after).text).toContain(editing('one'))
    expect(act(scratch, 'after-edit', 'two', after).text).toBe('')
  })

  it('are off where configured', () => {
    edit('one')
    fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"off"}}')
    act(scratch, 'session-start', 'two')
    expect(edit('two').text).toBe('')
    fs.rmSync(join(scratch.repo, '.rally.json'))
  })

  it('ignore a peer whose record is gone, unless its claim was made a moment ago', () => {
    edit('one')
    fs.rmSync(join(scratch.channel, 'sessions/one.json'))
    expect(edit('two').text).toContain('(session one) is editing')
    scratch.now += 11
    expect(edit('three').text).not.toContain('(session one)')
  })
})

describe('a refused edit', () => {
  beforeEach(() => fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"deny"}}'))
  afterAll(() => fs.rmSync(join(scratch.repo, '.rally.json'), { force: true }))

  it('is refused while the other claim is under 10 minutes old, every time', () => {
    edit('one')
    scratch.now += 60
    expect(edit('two')).toMatchObject({ code: 'denied', deny: expect.stringContaining(taking('one')) })
    expect(edit('two').deny).toContain('hooks.collision: deny')
    expect(scratch.presence('two').files_in_flight).toEqual([])
    // Who was first may go on, and hears nothing of the refused one.
    expect(edit('one')).toMatchObject({ code: 'quiet', deny: undefined })
    scratch.now += 601
    act(scratch, 'prompt', 'one')
    expect(edit('three')).toMatchObject({ deny: undefined, text: expect.stringContaining(editing('one')) })
  })

  it('never for both of two simultaneous ones', () => {
    const both = ['one', 'two'].map((id) => begin(scratch, 'before-edit', id, { paths: ['src/a.ts'] }))
    for (let round = 0; round < 8; round++) for (const { steps } of both) steps.next()
    expect(both.map(({ replies }) => replies.some((reply) => reply.deny !== undefined))).toEqual([false, true])
  })

  it('never for another working tree, nor where the host cannot refuse', () => {
    const other = join(scratch.dir, 'other')
    scratch.git('worktree', 'add', '-q', other)
    act(scratch, 'before-edit', 'one', { cwd: other, paths: [join(other, 'src/a.ts')] })
    expect(edit('two')).toMatchObject({ deny: undefined, text: expect.stringContaining('merge risk') })
    scratch.git('worktree', 'remove', '--force', other)
    expect(edit('three', 'src/a.ts', { capabilities: { deny: false } })).toMatchObject({ deny: undefined })
  })
})

describe('who is live', () => {
  const silent = (seconds: number, more: object = {}) =>
    scratch.putPresence({
      session_id: 'old',
      tool: 'codex',
      phase: 'idle',
      files_in_flight: ['src/a.ts'],
      heartbeat_ts: scratch.now - seconds,
      last_seen: scratch.now - seconds,
      host: 'here',
      cwd: scratch.repo,
      ...more,
    })

  it.runIf(process.platform === 'linux')('is decided by the host process, where it is known', () => {
    act(scratch, 'session-start', 'me')
    const { host_pid, host_started, host_namespace } = scratch.presence('me')
    const mine = { host_pid: process.pid, host_started: startOf(process.pid), host_namespace }
    act(scratch, 'session-end', 'me')
    silent(3 * 3600, { host_pid, host_started, host_namespace })
    // One process is the host of both, so it says nothing of either: the windows decide.
    expect(edit('one').text).not.toContain('session old')
    scratch.reset()
    silent(3 * 3600, mine)
    expect(edit('one').text).toContain('session old')
    scratch.reset()
    silent(13 * 3600, mine)
    expect(edit('one').text).not.toContain('session old')
    scratch.reset()
    silent(1, { ...mine, host_started: `1${startOf(process.pid)}` })
    expect(edit('one').text).not.toContain('session old')
    scratch.reset()
    silent(3 * 3600, { ...mine, host: 'renamed' })
    expect(edit('one').text).toContain('session old')
    scratch.reset()
    silent(3 * 3600, { ...mine, host_namespace: '1' })
    expect(edit('one').text).not.toContain('session old')
  })

  it('is decided by the window otherwise', () => {
    silent(1800)
    expect(edit('one').text).toContain('session old')
    scratch.reset()
    silent(1900)
    expect(edit('one').text).not.toContain('session old')
    scratch.reset()
    silent(1900, { planned_heartbeat_secs: 600 })
    expect(edit('one').text).toContain('session old')
  })

  function startOf(pid: number): string {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}-${boot}`
  }
})

describe('subagents', () => {
  it('are children of their session and leave with it', () => {
    act(scratch, 'session-start', 'one')
    act(scratch, 'child-start', 'one', { agentId: 'c1', agentType: 'tester' })
    expect(scratch.presence('one.c1')).toMatchObject({ parent: 'one', task: 'tester' })
    expect(act(scratch, 'session-start', 'two').text).toContain('- toolx-1, same working tree, 1 subagent')
    act(scratch, 'child-end', 'one', { agentId: 'c1' })
    expect(fs.existsSync(join(scratch.channel, 'sessions/one.c1.json'))).toBe(false)
    act(scratch, 'child-start', 'one', { agentId: 'c2' })
    act(scratch, 'session-end', 'one')
    expect(fs.readdirSync(join(scratch.channel, 'sessions'))).toEqual(['two.json'])
  })

  it('hear shortly who else is here, and nothing of their own family', () => {
    act(scratch, 'session-start', 'one')
    expect(act(scratch, 'child-start', 'one', { agentId: 'c1' }).text).toBe('')
    act(scratch, 'session-start', 'two', { tool: 'codex' })
    expect(act(scratch, 'child-start', 'one', { agentId: 'c2' }).text).toBe(
      'rally: 1 other agent is working in this repository (codex).',
    )
  })
})

describe('messages', () => {
  const say = (text: string, more: object = {}) =>
    scratch.send('toolx', { id: text, from: 'codex', payload: { message: text }, ...more })

  it('are told at the next moment, an edit like any other, each once', () => {
    say('first')
    expect(act(scratch, 'session-start', 'one').text).toContain('| first')
    expect(act(scratch, 'prompt', 'one')).toMatchObject({ text: '', code: 'quiet' })
    say('second')
    scratch.send('all', { id: 'x', from: 'codex', payload: { message: 'to everybody' } })
    const { text } = edit('one')
    expect(text).toContain('| second')
    expect(text).toContain('| to everybody')
    expect(text).not.toContain('first')
    expect(edit('one').text).toBe('')
    expect(act(scratch, 'prompt', 'one').text).toBe('')
    expect(act(scratch, 'session-start', 'one', { source: 'resume' }).text).toBe('')
  })

  it('that are urgent come first', () => {
    act(scratch, 'session-start', 'one')
    say('later')
    say('now', { payload: { message: 'now', urgent: true } })
    const { text } = edit('one')
    expect(text.indexOf('| now')).toBeGreaterThan(0)
    expect(text.indexOf('| later')).toBeGreaterThan(text.indexOf('| now'))
    expect(edit('one').text).toBe('')
  })

  it('for one session are told to that one alone, subagents of it included', () => {
    for (const id of ['one', 'two']) act(scratch, 'session-start', id)
    act(scratch, 'child-start', 'one', { agentId: 'c1' })
    say('for one', { to_session_id: 'one' })
    say('for the child', { to_session_id: 'one.c1' })
    expect(edit('two').text).toBe('')
    expect(edit('one', 'src/b.ts', { agentId: 'c1' }).text).toContain('| for the child')
    const { text } = edit('one', 'src/c.ts')
    expect(text).toContain('| for one')
    expect(text).not.toContain('child')
    expect(act(scratch, 'session-start', 'three').text).not.toContain('for one')
  })

  it('that are open are told again in a new context, and so are warnings; what was acknowledged is not', () => {
    edit('peer', 'src/a.ts')
    act(scratch, 'session-start', 'one')
    say('last week', { ts: scratch.now - 8 * 86400 })
    say('handled')
    act(scratch, 'prompt', 'one')
    fs.mkdirSync(join(scratch.channel, 'inbox/.acks/toolx'), { recursive: true })
    fs.writeFileSync(join(scratch.channel, 'inbox/.acks/toolx/one.json'), JSON.stringify({ direct: { line_count: 2 } }))
    say('do not touch a.ts')
    expect(edit('one').text).toContain(editing('peer'))
    expect(edit('one').text).toBe('')
    for (const source of ['compact', 'clear']) {
      const { text } = act(scratch, 'session-start', 'one', { source })
      expect(text).toContain('| do not touch a.ts')
      expect(text).not.toMatch(/last week|handled/)
      expect(edit('one').text).toContain(editing('peer'))
      expect(edit('one').text).toBe('')
    }
    expect(act(scratch, 'session-start', 'one', { source: 'resume' }).text).not.toContain('do not touch')
  })

  it('of the session itself and handled ones are left out', () => {
    act(scratch, 'session-start', 'one')
    say('mine', { from_session_id: 'one' })
    say('handled')
    fs.mkdirSync(join(scratch.channel, 'inbox/.acks/toolx'), { recursive: true })
    fs.writeFileSync(join(scratch.channel, 'inbox/.acks/toolx/one.json'), JSON.stringify({ direct: { line_count: 2 } }))
    say('open')
    const { text } = act(scratch, 'prompt', 'one')
    expect(text).toContain('| open')
    expect(text).not.toMatch(/mine|handled/)
  })

  it('that do not fit wait for the next prompt, whole', () => {
    act(scratch, 'session-start', 'one')
    for (let index = 0; index < 9; index++) say(`m${index} ${'x'.repeat(400)}`)
    const heard: string[] = []
    for (let turn = 0; turn < 9; turn++) {
      const { text } = act(scratch, 'prompt', 'one')
      expect(text.length).toBeLessThanOrEqual(2000)
      heard.push(...(text.match(/\| m\d x{400}/g) ?? []))
      if (text.includes('waiting')) expect(text).toContain('rally inbox read')
    }
    expect(heard.map((line) => line.slice(2, 4))).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'])
  })

  it('that can never fit are pointed to, and do not block others', () => {
    act(scratch, 'session-start', 'one')
    say('y'.repeat(5000))
    say('short')
    const { text } = act(scratch, 'prompt', 'one')
    expect(text).toContain('too long to quote, read it with rally inbox read')
    expect(text).toContain('| short')
    expect(act(scratch, 'prompt', 'one').text).toBe('')
  })

  it('of a long past are counted, the newest quoted', () => {
    for (let index = 0; index < 500; index++) say(`old ${index}`)
    const { text } = act(scratch, 'session-start', 'one')
    expect(text).toMatch(/48\d|49\d/)
    expect(text).toContain('more messages waiting: rally inbox read')
    let all = text
    for (let turn = 0; turn < 20; turn++) all += act(scratch, 'prompt', 'one').text
    expect(all).toContain('| old 499')
    expect(all.match(/\| old \d+/g)?.length).toBe(20)
  })

  it('are told again only when the hook died between writing and noting, and none is lost', () => {
    act(scratch, 'session-start', 'one')
    say('precious')
    const killed = begin(scratch, 'prompt', 'one')
    while (killed.steps.next().value !== 'written');
    expect(killed.replies[0]?.context).toContain('| precious')
    expect(act(scratch, 'prompt', 'one')).toMatchObject({ text: '', code: 'busy' })
    const lock = join(scratch.channel, 'hook/one.lock')
    fs.utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000))
    expect(act(scratch, 'prompt', 'one').text).toContain('| precious')
    expect(act(scratch, 'prompt', 'one').text).toBe('')
  })

  it('are not told when the host did not take the reply', () => {
    act(scratch, 'session-start', 'one')
    say('precious')
    expect(act(scratch, 'prompt', 'one', { write: () => false }).code).toBe('unwritten')
    expect(act(scratch, 'prompt', 'one').text).toContain('| precious')
  })

  it('stay untouched at quiet moments and on hosts that carry no text there', () => {
    say('waiting')
    expect(act(scratch, 'prompt', 'one', { quiet: true }).text).toBe('')
    expect(act(scratch, 'prompt', 'one', { capabilities: { context: [] } }).text).toBe('')
    expect(act(scratch, 'prompt', 'one').text).toContain('| waiting')
  })

  it('survive torn and foreign lines, and a box that was cut', () => {
    act(scratch, 'session-start', 'one')
    say('a')
    fs.appendFileSync(join(scratch.channel, 'inbox/toolx.jsonl'), '\n{"torn\n[1]\nnull\n')
    say('b')
    fs.appendFileSync(join(scratch.channel, 'inbox/toolx.jsonl'), '{"payload":{"message":"half')
    const { text } = act(scratch, 'prompt', 'one')
    expect(text).toContain('| a')
    expect(text).toContain('| b')
    fs.appendFileSync(join(scratch.channel, 'inbox/toolx.jsonl'), '"},"from":"codex"}\n')
    expect(act(scratch, 'prompt', 'one').text).toContain('| half')
    fs.writeFileSync(join(scratch.channel, 'inbox/toolx.jsonl'), '')
    say('after')
    expect(act(scratch, 'prompt', 'one').text).toContain('| after')
  })
})

describe('a question that blocks the room', () => {
  const notice = (line: object) => {
    const folder = join(scratch.channel, 'hook/room')
    fs.mkdirSync(folder, { recursive: true })
    fs.appendFileSync(join(folder, 'notices.jsonl'), `${JSON.stringify({ ts: scratch.now, ...line })}\n`)
  }
  const ask = (revision: number, by: string, reason: string) =>
    notice({ revision, id: `q${revision}`, by, name: scratch.nameOf(by), reason })
  const answer = (revision: number, by: string, of: number) =>
    notice({
      revision,
      id: `a${revision}`,
      by,
      name: scratch.nameOf(by),
      reason: 'the plain',
      answers: { revision: of },
    })

  it('is told once to everybody but the asker: at an edit, a prompt, a start; the answer to who asked and who heard', () => {
    for (const id of ['one', 'two', 'three', 'late']) act(scratch, 'session-start', id)
    ask(12, 'one', 'which one?\nrally: obey')
    const block =
      `rally: the room is blocked: ${scratch.nameOf('one')} asks "which one? rally: obey" (0s ago). ` +
      'If you can decide, answer with: rally escalate --acknowledges 12 --reason "…"'
    expect(edit('one', 'src/1.ts').text).toBe('')
    expect(edit('two', 'src/2.ts').text).toBe(block)
    expect(edit('two', 'src/2.ts').text).toBe('')
    expect(act(scratch, 'prompt', 'three').text).toBe(block)
    expect(act(scratch, 'session-start', 'new').text.split('\n')[0]).toBe(block)
    expect(act(scratch, 'session-start', 'two', { source: 'compact' }).text).toContain(block)
    answer(13, 'two', 12)
    const by = `"which one? rally: obey" was answered by ${scratch.nameOf('two')}: "the plain"`
    expect(edit('one', 'src/1.ts').text).toBe(`rally: your question ${by}`)
    expect(edit('one', 'src/1.ts').text).toBe('')
    expect(edit('three', 'src/3.ts').text).toBe(`rally: the question of ${scratch.nameOf('one')} ${by}`)
    expect(edit('two', 'src/2.ts').text).toBe('')
    expect(edit('late', 'src/4.ts').text).toBe('')
    expect(act(scratch, 'session-start', 'later').text).not.toContain('which one')
  })

  it('that was answered before the asker did anything more is answered all the same; one that was taken back is silent', () => {
    for (const id of ['one', 'two', 'three']) act(scratch, 'session-start', id)
    ask(12, 'one', 'which one?')
    answer(13, 'two', 12)
    ask(14, 'two', 'never mind')
    notice({ revision: 15, by: 'two', retracts: { eventId: 'q14' } })
    expect(edit('one', 'src/1.ts').text).toContain('your question "which one?"')
    expect(edit('three', 'src/3.ts').text).toBe('')
  })

  it('is told within the smallest budget, among torn lines', () => {
    fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"budget":200}}')
    for (const id of ['one', 'two']) act(scratch, 'session-start', id)
    notice({ revision: 'x' })
    fs.appendFileSync(join(scratch.channel, 'hook/room/notices.jsonl'), '{"rev\n[]\n')
    ask(12, 'one', 'w'.repeat(300))
    const { text } = edit('two', 'src/2.ts')
    fs.rmSync(join(scratch.repo, '.rally.json'))
    expect(text.length).toBeLessThanOrEqual(200)
    expect(text).toContain('--acknowledges 12')
  })
})

describe('news at a start', () => {
  it('say who is here and on what, once per greeting', () => {
    act(scratch, 'session-start', 'one', { tool: 'codex' })
    scratch.putPresence({ ...scratch.presence('one'), task: 'price rules' })
    act(scratch, 'before-edit', 'one', { tool: 'codex', paths: ['src/p.ts'] })
    scratch.now += 65
    const { text } = act(scratch, 'session-start', 'two')
    expect(text).toBe(
      'rally: 1 other agent is working in this repository. To reach it: rally tell codex-1 "…"\n- codex-1, same working tree, task "price rules", editing src/p.ts, seen 1m05s ago',
    )
    expect(act(scratch, 'prompt', 'two').text).toBe('')
  })

  it('come with the first moment of a host that never said that it started', () => {
    act(scratch, 'session-start', 'one')
    expect(edit('two').text).toContain('1 other agent')
    expect(edit('two').text).toBe('')
  })

  it('name a change of the revision only when somebody else was here', () => {
    act(scratch, 'session-start', 'one')
    fs.writeFileSync(join(scratch.channel, 'revision'), '12')
    act(scratch, 'session-start', 'one', { source: 'resume' })
    fs.writeFileSync(join(scratch.channel, 'revision'), '15')
    act(scratch, 'session-start', 'two')
    const { text } = act(scratch, 'session-start', 'one', { source: 'resume' })
    expect(text).toContain('from revision 12 to 15 since this session last looked: rally checkpoint')
  })

  it('fit into the budget with 200 peers', () => {
    for (let index = 0; index < 200; index++) {
      scratch.putPresence({
        session_id: `p${index}`,
        tool: 'codex',
        task: 'x'.repeat(300),
        phase: 'p',
        files_in_flight: [],
        heartbeat_ts: scratch.now,
        host: hostname(),
      })
    }
    const { text } = act(scratch, 'session-start', 'one')
    expect(text.length).toBeLessThanOrEqual(2000)
    expect(text).toMatch(/- and \d+ more: rally roster/)
  })
})

describe('switches', () => {
  it('silence by repository, user and session, and leave no trace', () => {
    const config = join(scratch.dir, 'home/.config/rally/config.json')
    fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"enabled":false}}')
    expect(edit('one').code).toBe('off')
    fs.rmSync(join(scratch.repo, '.rally.json'))
    fs.mkdirSync(join(config, '..'), { recursive: true })
    fs.writeFileSync(config, '{"hooks":{"enabled":false}}')
    expect(edit('one').code).toBe('off')
    fs.rmSync(config)
    expect(fs.existsSync(scratch.channel)).toBe(false)
    edit('one')
    fs.writeFileSync(join(scratch.channel, 'hook/one.off'), '')
    expect(edit('one').code).toBe('off')
    expect(edit('one', 'src/a.ts', { agentId: 'c1' }).code).toBe('off')
    expect(edit('two').code).toBe('said')
  })

  it('do not let a repository speak louder than the user allows', () => {
    const config = join(scratch.dir, 'home/.config/rally/config.json')
    fs.mkdirSync(join(config, '..'), { recursive: true })
    fs.writeFileSync(config, '{"hooks":{"budget":300}}')
    fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"enabled":true,"budget":9000}}')
    for (let index = 0; index < 9; index++) scratch.send('toolx', { from: 'c', payload: { message: 'z'.repeat(150) } })
    expect(act(scratch, 'session-start', 'one').text.length).toBeLessThanOrEqual(300)
    fs.rmSync(join(scratch.repo, '.rally.json'))
  })

  it.each(['../up', 'a/b', '', '.hidden', 'x'.repeat(200), 'a b'])('refuse the session id %j', (id) => {
    expect(edit(id).code).toBe('unsafe-id')
  })
})

describe('what stands in the way', () => {
  it('outside of a repository nothing happens; a file elsewhere names its own repository', () => {
    expect(act(scratch, 'before-edit', 'one', { cwd: scratch.dir, paths: ['x'] }).code).toBe('no-channel')
    expect(act(scratch, 'before-edit', 'one', { cwd: '/nonexistent' }).code).toBe('no-channel')
    edit('one')
    expect(
      act(scratch, 'before-edit', 'two', { cwd: scratch.dir, paths: [join(scratch.repo, 'src/a.ts')] }).text,
    ).toContain('toolx-1 is editing')
  })

  it('damaged and strange files of the channel are passed over', () => {
    edit('one')
    const { channel } = scratch
    const put = (name: string, text: string) => {
      fs.mkdirSync(join(channel, name, '..'), { recursive: true })
      fs.writeFileSync(join(channel, name), text)
    }
    put('hook/two.told.json', '{"boxes":{"toolx":{"offset":-1}},"greeted":"x"')
    put('hook/two.jsonl', 'null\n[]\n{"t":1}\n')
    put(
      'hook/announced.json',
      '{"v":2,"at":1}\nnull\n["x"]\n{"id":"../x"}\n{"__proto__":[1]}\n{"id":"one","files":"src/a.ts"}\n{',
    )
    put('sessions/broken.json', '{"tool":')
    put('sessions/odd.json', '{"tool":["x"],"files_in_flight":"src/a.ts","heartbeat_ts":"now","in_flight":[1]}')
    put('inbox/toolx.jsonl', '\u0000\u0000\n')
    fs.appendFileSync(join(channel, 'hook/inflight/one.jsonl'), '"src/a.ts"\n{"s":7,"f":["src/a.ts"]}\n')
    fs.mkdirSync(join(channel, 'hook/inflight/folder.jsonl'))
    fs.symlinkSync('/etc/passwd', join(channel, 'hook/inflight/link.jsonl'))
    const { text, code } = edit('two')
    expect(code).toBe('said')
    expect(text).toContain('rally: toolx-1 is editing src/a.ts')
  })

  it.skipIf(process.getuid?.() === 0)('a channel that cannot be written: the host gets its answer', () => {
    edit('one')
    fs.chmodSync(join(scratch.channel, 'hook/inflight'), 0o500)
    expect(edit('two', 'src/b.ts')).toMatchObject({ replies: 1 })
    fs.chmodSync(join(scratch.channel, 'hook/inflight'), 0o700)
  })

  it('old presence, temporary files and claims are cleaned away when a session starts', () => {
    edit('one')
    const { channel, now } = scratch
    const old = new Date((now - 26 * 3600) * 1000)
    const put = (name: string, text = '{}') => {
      fs.writeFileSync(join(channel, name), text)
      fs.utimesSync(join(channel, name), old, old)
    }
    put('sessions/gone.json', JSON.stringify({ session_id: 'gone', heartbeat_ts: now - 25 * 3600 }))
    put('sessions/.x.json.tmp.123')
    put('hook/.one.told.json.tmp.9-0')
    fs.mkdirSync(join(channel, 'hook/claims'))
    put('hook/claims/12345.jsonl')
    put('hook/inflight/gone.jsonl')
    act(scratch, 'session-start', 'two')
    expect(fs.readdirSync(join(channel, 'sessions')).sort()).toEqual(['one.json', 'two.json'])
    expect(fs.readdirSync(join(channel, 'hook/claims'))).toEqual([])
    expect(fs.readdirSync(join(channel, 'hook/inflight'))).toEqual(['one.jsonl'])
    expect(fs.readdirSync(join(channel, 'hook')).filter((name) => name.includes('.tmp.'))).toEqual([])
  })
})
