import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LoopRoom } from './support/loop-room.js'

let room: LoopRoom
beforeEach(() => {
  room = new LoopRoom()
})
afterEach(() => room.remove())

const OWNERSHIP = ['--owns', 'a.js', '--interface-contract', 'f', '--integration-checkpoint', 'c']
/** Hands something to codex as a session; answers the event id. */
const handOver = (session: string) =>
  room.as(session, 'handoff', '--tool', 'my-loop', '--to', 'codex', ...OWNERSHIP).json.event_id as string

describe('preamble', () => {
  it('starts the run before anything is written, announces the session, and resumes', () => {
    const first = room.as('loop-1', 'buildloop', 'preamble', '--tool', 'my-loop', '--task', 'ship').json
    expect(first).toMatchObject({ ok: true, action: 'run-started', phase: 'assess', resumed: false })
    expect(room.read('sessions', 'loop-1.json')).toMatchObject({
      phase: 'assess',
      task: 'ship',
      build_loop_id: first.build_loop_id,
      build_loop_run_label: first.build_loop_run_label,
    })
    const second = room.as('loop-2', 'buildloop', 'preamble', '--tool', 'my-loop').json
    expect(second).toMatchObject({ action: 'run-resumed', build_loop_id: first.build_loop_id })
    expect(second.checkpoint.active_peers).toMatchObject([{ session_id: 'loop-1' }])
  })

  it('a damaged state file stops it before anything is written', () => {
    room.as('loop-1', 'run', 'start')
    const path = join(room.repo, '.build-loop/state.json')
    writeFileSync(path, '{"execution":')
    const answer = room.as('loop-1', 'buildloop', 'preamble')
    expect(answer).toMatchObject({ exit: 1, json: { ok: false, error: { code: 'STATE_CORRUPT' } } })
    expect(room.sessions()).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe('{"execution":')
  })
})

it('a run may have a worktree of its own', () => {
  const { json } = room.as('loop-1', 'buildloop', 'preamble', '--tool', 'my-loop', '--worktree')
  expect(existsSync(join(json.run_worktree_path, '.git'))).toBe(true)
  const resumed = room.rally(['run', 'start', '--session-id', 'l2', '--worktree', '--json'], {
    cwd: json.run_worktree_path,
  })
  expect(resumed.json).toMatchObject({ resumed: true, run_worktree_branch: json.run_worktree_branch })
  expect(room.as('loop-1', 'buildloop', 'status').json.status).toBe('clear')
})

describe('phase', () => {
  it('posts a record of the run, announces, and says what to do', () => {
    room.as('loop-1', 'buildloop', 'preamble', '--tool', 'my-loop')
    room.as('peer', 'presence', '--tool', 'codex', '--files-in-flight', 'src/cart.js')
    room.as('peer', 'post', 'dep-change', '--tool', 'codex')
    room.as('peer', 'post', 'arch-scan-complete', '--tool', 'codex')
    const words = [
      'buildloop',
      'phase',
      'build',
      '--tool',
      'my-loop',
      '--files-in-flight',
      'src/cart.js',
      '--spawned',
      'coder:2',
    ]
    const { json } = room.as('loop-1', ...words)
    expect(json).toMatchObject({ ok: true, action: 'phase-started', phase: 'build', channel_revision: 3 })
    expect(json.checkpoint.reactions).toMatchObject([
      { type: 'reinstall', action: 'reinstall', revisions: [1] },
      { type: 're-baseline', action: 're-baseline', revisions: [2] },
      { type: 'soft-claim', action: 'soft-claim', peer: 'peer', files: ['src/cart.js'] },
    ])
    expect(room.log().at(-1)).toMatchObject({
      bl_kind: 'phase',
      subject: 'phase: build',
      bl_payload: { phase: 'build' },
    })
    expect(room.log().at(-1).bl_build_loop.build_loop_id).toMatch(/^bl-/)
    expect(room.read('sessions', 'loop-1.json')).toMatchObject({ phase: 'build', spawned: { coder: 2 } })
    expect(room.as('loop-1', 'buildloop', 'phase', 'review').json.checkpoint.reactions).toEqual([])
  })

  it('a run is not closed by a phase, and nothing shows', () => {
    expect(room.as('loop-1', 'buildloop', 'phase', 'run-closeout')).toMatchObject({
      exit: 5,
      json: { error: { code: 'RUN_CLOSEOUT_REFUSED' } },
    })
    expect(room.sessions()).toEqual([])
  })

  it('a name that is none is a usage error in the form that was asked for', () => {
    expect(room.as('loop-1', 'buildloop', 'phase', 'two words')).toMatchObject({ exit: 2, json: { ok: false } })
    expect(room.as('loop-1', 'buildloop', 'phase')).toMatchObject({ exit: 2, json: { error: { code: 'USAGE' } } })
    expect(room.rally(['buildloop', 'phase'])).toMatchObject({ exit: 2, stdout: '' })
  })
})

describe('gates', () => {
  it('a run does not close over an open handoff of its own', () => {
    const id = handOver('loop-1')
    const refused = room.as('loop-1', 'buildloop', 'close-out')
    expect(refused).toMatchObject({ exit: 5, json: { ok: false, action: 'close-out-refused' } })
    expect(refused.json.open_handoffs).toMatchObject([{ event_id: id, target: 'codex' }])
    expect(room.as('loop-1', 'buildloop', 'poll-gate', 'check')).toMatchObject({ exit: 5, json: { gated: true } })
    // Somebody else's handoff is no concern of this session.
    expect(room.as('loop-2', 'buildloop', 'poll-gate', 'check')).toMatchObject({ exit: 0, json: { gated: false } })
    expect(room.rally(['buildloop', 'poll-gate', 'check', '--tool', 'my-loop']).exit).toBe(5)

    room.as('cx', 'post', 'feedback', '--tool', 'codex', '--payload-json', JSON.stringify({ ref: id, verdict: 'PASS' }))
    room.as('loop-1', 'presence')
    const closed = room.as('loop-1', 'buildloop', 'close-out', '--summary', 'done').json
    expect(closed).toMatchObject({ ok: true, action: 'run-closed', open_handoffs: [], claims_released: [] })
    expect(closed.presence_removed).toContain('loop-1.json')
    expect(room.sessions()).toEqual([])
    expect(room.log().at(-1).bl_payload).toMatchObject({ phase: 'run-closeout', summary: 'done' })
  })

  it('the poster may settle it by taking it back', () => {
    const id = handOver('loop-1')
    expect(room.as('loop-1', 'buildloop', 'poll-gate', 'dispose', '--event-id', id).json).toMatchObject({
      disposed: id,
    })
    expect(room.as('loop-1', 'buildloop', 'close-out')).toMatchObject({ exit: 0, json: { ok: true } })
  })

  it('waits for an answer, and not for ever', async () => {
    const id = handOver('loop-1')
    const words = ['buildloop', 'poll-gate', 'wait', '--session-id', 'loop-1', '--interval', '1', '--json']
    const timedOut = room.rally([...words, '--timeout', '0'])
    expect(timedOut).toMatchObject({ exit: 4, json: { ok: false, resolved: false, error: { code: 'TIMED_OUT' } } })
    const waiting = room.start([...words, '--timeout', '60', '--event-id', id], room.repo)
    room.as('cx', 'post', 'feedback', '--tool', 'codex', '--payload-json', JSON.stringify({ ref: id }))
    expect(await waiting).toMatchObject({ exit: 0, json: { ok: true, resolved: true, mine_open: [] } })
  })

  it('announcements of ownership need no settling', () => {
    room.as('loop-1', 'buildloop', 'bootstrap', '--topic', 't', '--scope', 's')
    room.as('loop-1', 'buildloop', 'rally', '--owns', 'a.js')
    expect(room.as('loop-1', 'buildloop', 'close-out')).toMatchObject({ exit: 0 })
  })

  it('a handoff is judged without being posted', () => {
    const parts = ['buildloop', 'handoff-gate', '--json']
    expect(room.rally([...parts, ...OWNERSHIP])).toMatchObject({ exit: 0, json: { ok: true, accepted: true } })
    expect(room.rally(parts)).toMatchObject({ exit: 5, json: { accepted: false, reason: 'empty_ownership_scope' } })
    const payload = JSON.stringify({ ownership: { owns: 'a' } })
    expect(room.rally([...parts, '--payload-json', payload]).json.missing_or_invalid).toContain('owns')
    expect(room.rally([...parts, '--payload-json', '[]'])).toMatchObject({ exit: 2 })
    expect(existsSync(room.channel)).toBe(false)
  })
})

describe('coordination file', () => {
  it('is made once in the main checkout, read from every worktree, and its verdicts block', () => {
    room.git('worktree', 'add', '-q', join(room.root, 'tree'))
    const words = ['buildloop', 'bootstrap', '--topic', 'run-x', '--scope', 'do things', '--session-id', 'b1', '--json']
    const made = room.rally(words, { cwd: join(room.root, 'tree') }).json
    expect(made).toMatchObject({ action: 'bootstrapped', active_pointer_written: true })
    expect(made.coord_file).toContain(join(room.repo, '.build-loop/coordination/run-x-'))
    const text = readFileSync(made.coord_file, 'utf8')
    expect(text).toContain('do things')
    expect(text).not.toContain('{{')
    expect(room.as('b1', 'buildloop', 'status').json).toMatchObject({ status: 'clear', latest_verdicts: [] })

    writeFileSync(
      made.coord_file,
      `${text}\n### 2026-01-01 10:00 — codex REVIEW\n**Step:** build\n**Verdict:** BLOCKED\n`,
    )
    const judged = room.as('b1', 'buildloop', 'status', '--check')
    expect(judged).toMatchObject({ exit: 5, json: { status: 'blocked', blocked_verdict_count: 1, ok: false } })
    expect(judged.json.coordination_file).toBe(made.coord_file)
    const lines = room.rally(['buildloop', 'status', '--session-id', 'b1']).stdout.split('\n')
    expect(lines).toContain('blocked: resolve_unresolved_coordination_verdicts')
    expect(lines).toContain('  [!] 1 BLOCKED verdict(s)')
  })

  it('of several at once one makes it and nobody overwrites it', async () => {
    const words = ['buildloop', 'bootstrap', '--topic', 'race', '--scope', 's', '--json', '--session-id']
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => room.start([...words, `b${i}`], room.repo)))
    const actions = answers.map(({ json }) => json.action).sort()
    expect(actions).toEqual(['bootstrapped', ...Array(5).fill('joined-existing-coord')])
    expect(readdirSync(join(room.repo, '.build-loop/coordination')).sort()).toEqual([
      'active.json',
      expect.stringMatching(/^race-/),
    ])
  })

  it('without a template nothing is made, and a topic is no path', () => {
    const words = ['buildloop', 'bootstrap', '--scope', 's', '--topic']
    expect(room.as('b1', ...words, 'x', '--template', join(room.root, 'none.md'))).toMatchObject({ exit: 1 })
    expect(room.as('b1', ...words, '../x')).toMatchObject({ exit: 5, json: { error: { code: 'UNSAFE_ID' } } })
    expect(existsSync(join(room.repo, '.build-loop'))).toBe(false)
    expect(existsSync(room.channel)).toBe(false)
  })

  it('owned files of a run count as its own', () => {
    writeFileSync(join(room.repo, 'mine.js'), '')
    expect(room.as('b1', 'buildloop', 'status').json).toMatchObject({ status: 'warn' })
    const person = room.rally(['buildloop', 'status', '--json']).json
    expect(person).toMatchObject({ status: 'clear', session_id: expect.stringMatching(/^human\./) })
    expect(room.as('b1', 'buildloop', 'status', '--owned-file', 'mine.js').json).toMatchObject({ status: 'clear' })
  })
})

describe('subagents', () => {
  it('register under their parent, from flags or from the environment, and leave', () => {
    room.as('lead', 'presence', '--tool', 'my-loop')
    const env = { RALLY_PARENT_SESSION: 'lead', RALLY_POINT_RUN_ID: 'run-7', RALLY_POINT_MODEL: 'small' }
    const answer = room.rally(['buildloop', 'register', '--agent-type', 'Test Writer', '--json'], { env })
    expect(answer.json).toMatchObject({ action: 'registered', parent: 'lead', task: 'Test Writer' })
    const id = answer.json.session_id as string
    expect(id).toMatch(/^agent:test-writer-[0-9a-f]{12}$/)
    expect(room.read('sessions', `${id}.json`)).toMatchObject({ parent: 'lead', run_id: 'run-7', model: 'small' })
    const { agents } = room.rally(['roster', '--json']).json
    expect(agents).toMatchObject([{ session_id: 'lead', children: [{ session_id: id }] }])

    const leave = ['buildloop', 'deregister', '--session-id', id, '--json']
    expect(room.rally(leave).json.presence_removed).toContain(id)
    expect(room.rally(leave).json.presence_removed).toBeNull()
    expect(room.sessions()).toEqual(['lead.json'])
    expect(room.rally(['buildloop', 'deregister', '--session-id', '*', '--json']).exit).toBe(5)
  })

  it('the session that asks is the parent of a subagent that names none', () => {
    const { json } = room.rally(['buildloop', 'register', '--agent-type', 'coder', '--json'], {
      env: { RALLY_SESSION_ID: 'asking', RALLY_TOOL: 'my-loop' },
    })
    expect(json).toMatchObject({ parent: 'asking', tool: 'agent:coder' })
  })

  it('the line for a prompt survives any text and registers when a shell runs it', () => {
    const words = [
      'buildloop',
      'agent-preamble',
      '--agent-type',
      'coder',
      '--parent',
      'lead',
      `--task=-it's "$(x)"\nok`,
    ]
    const line = room.rally(words).stdout
    expect(line.trimEnd().split('\n')).toHaveLength(1)
    expect(line).toMatch(/ >\/dev\/null 2>&1 \|\| true\n$/)
    room.runShell(line)
    const [file = ''] = room.sessions()
    expect(room.read('sessions', file)).toMatchObject({ task: `-it's "$(x)" ok`, parent: 'lead', tool: 'agent:coder' })
  })
})

describe('every command', () => {
  it('prints what its schema says', async () => {
    const id = handOver('loop-1')
    const commands: Record<string, readonly string[]> = {
      preamble: ['preamble'],
      phase: ['phase', 'build'],
      bootstrap: ['bootstrap', '--topic', 't', '--scope', 's'],
      rally: ['rally', '--owns', 'a', '--verify'],
      status: ['status'],
      'poll-gate-check': ['poll-gate', 'check'],
      'poll-gate-wait': ['poll-gate', 'wait', '--timeout', '0'],
      'poll-gate-dispose': ['poll-gate', 'dispose', '--event-id', id],
      'close-out': ['close-out'],
      register: ['register', '--agent-type', 'coder'],
      deregister: ['deregister'],
      'agent-preamble': ['agent-preamble', '--agent-type', 'a', '--task', 't', '--parent', 'p'],
      'handoff-gate': ['handoff-gate', '--owns', 'a'],
    }
    const outputs = join(import.meta.dirname, '../src/outputs')
    const known = readdirSync(outputs).filter((name) => name.startsWith('buildloop-'))
    expect(known.map((name) => name.slice(10, -3))).toEqual(Object.keys(commands).sort())
    for (const [name, words] of Object.entries(commands)) {
      const identified = !['agent-preamble', 'handoff-gate'].includes(name)
      const args = ['buildloop', ...words, '--json', ...(identified ? ['--session-id', 'loop-1'] : [])]
      const { json, exit } = room.rally(args)
      const { outputSchema } = await import(`../src/outputs/buildloop-${name}.ts`)
      expect(outputSchema.safeParse(json).error, name).toBeUndefined()
      expect(json, name).toMatchObject({ ok: exit === 0, schema: `rally.buildloop-${name}/1` })
    }
  })
})
