import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import { checkedLine, withChecksum } from '@rally/local/system/checksum'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHook, hostPackages, installProgram } from './program.js'
import { Scratch } from './scratch.js'

// Edits that the starter answers by itself from the session's note, and what makes it leave them to the program.

/** Notes what a hook looks at, and shifts its clock. */
const SPY = `
const fs = require('node:fs')
const seen = []
for (const name of Object.keys(fs).filter((name) => name.endsWith('Sync'))) {
  const real = fs[name]
  fs[name] = Object.assign((...args) => { if (typeof args[0] === 'string') seen.push([name, args[0]]); else seen.push([name]); return real(...args) }, real)
}
const realpath = fs.realpathSync.native
fs.realpathSync.native = (...args) => { seen.push(['realpath', args[0]]); return realpath(...args) }
const now = Date.now
Date.now = () => now() + Number(process.env.SHIFT ?? 0) * 1000
process.on('exit', () => require('node:fs').writeFileSync(process.env.REPORT, JSON.stringify(seen)))
`

let scratch: Scratch
let program = ''
let spy = ''
/** Seconds that the clock of hooks is ahead. */
let shift = 0
beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  spy = join(scratch.dir, 'spy.cjs')
  fs.writeFileSync(spy, SPY)
  await installProgram(program)
})
afterAll(() => scratch.remove())
beforeEach(() => {
  shift = 0
  scratch.reset()
  // At the end of a slice of claims every answer falls due.
  const left = 900 - ((Date.now() / 1000) % 900)
  if (left < 4) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left * 1000)
})

interface Answer {
  readonly text: string
  /** The program was never loaded. */
  readonly byStarter: boolean
  readonly looks: readonly (readonly [string, string?])[]
}

interface EditOptions {
  readonly file?: string
  readonly more?: object
  readonly env?: Readonly<Record<string, string>>
  readonly event?: string
}

function watched(call: [string, string], input: string, env: EditOptions['env'] = {}) {
  const report = join(scratch.dir, 'report.json')
  const { status, stdout, stderr } = callHook(program, call, {
    env: { ...scratch.env, NODE_OPTIONS: `--require ${spy}`, REPORT: report, SHIFT: String(shift), ...env },
    input,
  })
  expect([status, stderr]).toEqual([0, ''])
  return { stdout, looks: JSON.parse(fs.readFileSync(report, 'utf8')) as [string, string?][] }
}

function edit(id = 'one', { file = 'src/a.ts', more = {}, env = {}, event = 'before-edit' }: EditOptions = {}): Answer {
  const input = JSON.stringify({ id, cwd: scratch.repo, paths: [file], ...more })
  const { stdout, looks } = watched(['toy', event], input, env)
  const { toy, ...reply } = JSON.parse(stdout) as { toy: string; context?: string }
  expect(toy).toBe(event)
  const byStarter = !looks.some(([, path]) => path?.endsWith('dist/rally-hook.cjs'))
  return { text: reply.context ?? '', byStarter, looks }
}

/** What changed a moment ago is not believed. */
const settle = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 70)

/** Edits until the starter answers: the first takes the file, the second sees that nothing changed since. */
function calm(id = 'one', options: EditOptions = {}): Answer {
  for (let round = 0; round < 6; round++) {
    settle()
    const answer = edit(id, options)
    if (answer.byStarter) return answer
  }
  throw new Error('the starter never answered')
}

const notes = () => join(scratch.dir, 'home/.cache/rally/quiet')
const noteFile = () => join(notes(), 'toy.one.json')
const journal = () =>
  fs
    .readFileSync(join(scratch.dir, 'home/.local/state/rally/hooks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('an edit that was quiet', () => {
  it('is answered by the starter when it comes again: the third time at the latest', () => {
    edit()
    settle()
    expect(edit()).toMatchObject({ text: '', byStarter: false })
    settle()
    const third = edit()
    expect(third).toMatchObject({ text: '', byStarter: true })
    expect(third.looks.length).toBeLessThan(20)
    const lines = journal()
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toEqual({
      t: expect.any(Number),
      host: 'toy',
      event: 'before-edit',
      ms: expect.any(Number),
      code: 'quiet',
    })
  })

  it('is known beside others, whose claims are no reason to look again', () => {
    for (const file of ['src/a.ts', 'src/b.ts', 'src/c.ts']) calm('one', { file })
    for (const file of ['src/a.ts', 'src/b.ts', 'src/c.ts']) {
      settle()
      edit('one', { file })
    }
    for (const file of ['src/a.ts', 'src/b.ts', 'src/c.ts']) {
      expect(edit('one', { file }).byStarter, file).toBe(true)
    }
  })

  it('is known where a host calls before and after each edit', () => {
    for (const event of ['before-edit', 'after-edit', 'before-edit', 'after-edit']) {
      settle()
      edit('one', { event })
    }
    edit('one', { event: 'prompt' })
    expect(edit('one', { event: 'before-edit' }).byStarter).toBe(true)
    expect(edit('one', { event: 'after-edit' }).byStarter).toBe(true)
  })

  it('is answered as well through a shell’s pipe and from a file', () => {
    calm()
    const payload = join(scratch.dir, 'payload.json')
    fs.writeFileSync(payload, JSON.stringify({ id: 'one', cwd: scratch.repo, paths: ['src/a.ts'] }))
    const before = journal().length
    for (const script of [`cat ${payload} | rally-hook toy before-edit`, `rally-hook toy before-edit < ${payload}`]) {
      const report = join(scratch.dir, 'report.json')
      const env = {
        ...scratch.env,
        PATH: `${join(program, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
        NODE_OPTIONS: `--require ${spy}`,
        REPORT: report,
      }
      expect(execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }), script).toBe('{"toy":"before-edit"}')
      expect(fs.readFileSync(report, 'utf8'), script).not.toContain('dist/rally-hook.cjs')
    }
    expect(journal().length).toBe(before + 2)
  })

  it('is left to the program when the payload comes in pieces', async () => {
    calm()
    const child = spawn(process.execPath, [join(program, 'bin/rally-hook.cjs'), 'toy', 'before-edit'], {
      env: { ...scratch.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let stdout = ''
    child.stdout.on('data', (data) => {
      stdout += String(data)
    })
    const text = JSON.stringify({ id: 'one', cwd: scratch.repo, paths: ['src/a.ts'], much: 'ä'.repeat(100_000) })
    child.stdin.write(text.slice(0, 9))
    await new Promise((resolve) => setTimeout(resolve, 150))
    child.stdin.write(text.slice(9))
    // Stdin stays open.
    await new Promise((resolve) => child.on('close', resolve))
    expect(stdout).toBe('{"toy":"before-edit"}')
    expect(journal().at(-1)?.code).toBe('quiet')
  })
})

describe('recorded edits of a host', () => {
  for (const { id, folder, fixtures } of hostPackages()) {
    it(`${id}: need no look when they come again, and leave no text of theirs in a note`, async () => {
      const module = (await import(pathToFileURL(join(folder, 'dist/adapter.js')).href)) as {
        default: HostAdapterFactory
      }
      const adapter = module.default(createHostApi())
      const edits = fixtures
        .map(({ event, text }) => ({ event, input: text.replaceAll('/home/dev/project', scratch.repo) }))
        .filter(({ event, input }) => adapter.parse(event, JSON.parse(input), {})?.paths !== undefined)
      let answers = 0
      for (const { event, input } of edits) {
        scratch.reset()
        const claims = join(scratch.channel, 'hook/claims')
        let looks: Answer['looks'] = []
        for (let round = 0; round < 4; round++) {
          settle()
          looks = watched([id, event], input).looks
        }
        // A recorded edit of a file outside of the repository has no note.
        if (!fs.existsSync(notes())) continue
        answers += 1
        expect(
          looks.filter(([, path]) => path?.startsWith(`${claims}/`) && path.endsWith('.jsonl')).length,
          `${event}: ${input.slice(0, 200)}`,
        ).toBeLessThanOrEqual(1)
        expect(looks.some(([, path]) => path?.endsWith('.told.json'))).toBe(false)
        for (const name of fs.readdirSync(notes())) {
          expect(fs.readFileSync(join(notes(), name), 'utf8').trimEnd(), name).not.toContain('Begin Patch')
        }
      }
      expect(answers).toBeGreaterThan(0)
    })
  }
})

describe('the starter leaves an edit to the program', () => {
  const changes: [what: string, change: () => EditOptions | undefined, said: string][] = [
    ['when a peer took the file', () => void edit('two'), 'is editing src/a.ts'],
    ['when a peer took another file', () => void edit('two', { file: 'src/z.ts' }), ''],
    [
      'when a record announces the file',
      () =>
        scratch.putPresence({
          session_id: 'far',
          tool: 'codex',
          files_in_flight: ['src/a.ts'],
          heartbeat_ts: Date.now() / 1000,
          machine: 'elsewhere',
          cwd: '/',
        }) as undefined,
      'src/a.ts',
    ],
    [
      'when an urgent message came',
      () =>
        scratch.send('toy', {
          from: 'codex',
          ts: Date.now() / 1000,
          payload: { message: 'stop now', urgent: true },
        }) as undefined,
      '',
    ],
    [
      'when a message came',
      () =>
        scratch.send('toy', { from: 'codex', ts: Date.now() / 1000, payload: { message: 'by the way' } }) as undefined,
      'by the way',
    ],
    [
      'when the room is blocked',
      () => {
        fs.mkdirSync(join(scratch.channel, 'hook/room'))
        const question = { revision: 3, id: 'q', ts: Date.now() / 1000, by: 'two', reason: 'which one?' }
        fs.writeFileSync(join(scratch.channel, 'hook/room/notices.jsonl'), `${JSON.stringify(question)}\n`)
        return undefined
      },
      'which one?',
    ],
    [
      'when the user’s configuration appeared',
      () => {
        fs.mkdirSync(join(scratch.dir, 'home/.config/rally'), { recursive: true })
        fs.writeFileSync(join(scratch.dir, 'home/.config/rally/config.json'), '{}')
        return undefined
      },
      '',
    ],
    [
      'when the room is gone',
      () => {
        fs.rmSync(scratch.channel, { recursive: true })
        return undefined
      },
      '',
    ],
    ['for another file', () => ({ file: 'src/b.ts' }), ''],
    ['for more files', () => ({ more: { paths: ['src/a.ts', 'src/b.ts'] } }), ''],
    ['for another event', () => ({ event: 'after-edit' }), ''],
    ['in another folder', () => ({ more: { cwd: join(scratch.repo, 'src') } }), ''],
    ['with other variables', () => ({ env: { GIT_CEILING_DIRECTORIES: '/tmp' } }), ''],
    ['with another value of a variable that the adapter reads', () => ({ env: { TOY_MODEL: 'big' } }), ''],
    [
      'for an event that is an edit as well',
      () => {
        calm('one', { event: 'after-edit' })
        calm('one', { file: 'src/b.ts' })
        return { file: 'src/b.ts', event: 'after-edit' }
      },
      '',
    ],
    ['under a switch', () => ({ env: { RALLY_HOOKS: 'on' } }), ''],
    [
      'half a minute later',
      () => {
        shift = 31
        return undefined
      },
      '',
    ],
    [
      'when the clock was set back',
      () => {
        shift = -60
        return undefined
      },
      '',
    ],
    ['for a payload that does not fit into the first read', () => ({ more: { much: 'x'.repeat(70_000) } }), ''],
  ]
  it.each(changes)('%s', (_what, change, said) => {
    calm()
    const options = change()
    const answer = edit('one', options)
    expect(answer.byStarter).toBe(false)
    if (said !== '') expect(answer.text).toContain(said)
  })

  it('but not for what it does not look at', () => {
    calm()
    expect(edit('one', { more: { other: 'x' } }).byStarter).toBe(true)
    expect(edit('one', { env: { OTHER: 'x' } }).byStarter).toBe(true)
    shift = 5
    expect(edit().byStarter).toBe(true)
  })

  const odd: [what: string, put: (file: string) => void][] = [
    ['nothing', () => {}],
    ['half of it', (file) => fs.writeFileSync(file, '{"paths"', { mode: 0o600 })],
    ['null', (file) => fs.writeFileSync(file, withChecksum('null'), { mode: 0o600 })],
    ['a list', (file) => fs.writeFileSync(file, withChecksum('[]'), { mode: 0o600 })],
    ['odd values', (file) => fs.writeFileSync(file, withChecksum('{"env":7,"paths":{},"edits":"x"}'), { mode: 0o600 })],
    [
      'paths that are none',
      (file) => fs.writeFileSync(file, withChecksum('{"env":[],"paths":[7,null],"edits":[]}'), { mode: 0o600 }),
    ],
    [
      'edits without facts',
      (file) =>
        fs.writeFileSync(file, withChecksum('{"env":[],"paths":[],"edits":[{"event":"before-edit"}]}'), {
          mode: 0o600,
        }),
    ],
    ['a folder', (file) => fs.mkdirSync(file)],
    ['a FIFO', (file) => execFileSync('mkfifo', [file])],
    ['a huge file', (file) => fs.writeFileSync(file, ' '.repeat(100_000), { mode: 0o600 })],
  ]
  it.each(odd)('where in place of its note there is %s', (what, put) => {
    calm()
    fs.rmSync(noteFile())
    put(noteFile())
    expect(edit()).toMatchObject({ text: '', byStarter: false })
    // And a peer is seen whatever stood there.
    edit('two', { file: 'src/b.ts' })
    expect(edit('one', { file: 'src/b.ts' }).text, what).toContain('src/b.ts')
  })

  it('where somebody else could have written its note', () => {
    calm()
    fs.chmodSync(noteFile(), 0o620)
    expect(edit().byStarter).toBe(false)
  })

  it('where the note is that of another session', () => {
    calm('two', { file: 'src/b.ts' })
    calm()
    fs.copyFileSync(join(notes(), 'toy.two.json'), noteFile())
    expect(edit().byStarter).toBe(false)
  })

  it('always where somebody else names the file, even if nothing is to be said of that', () => {
    fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"off"}}')
    try {
      edit('two')
      for (let round = 0; round < 4; round++) {
        settle()
        expect(edit().byStarter).toBe(false)
      }
    } finally {
      fs.rmSync(join(scratch.repo, '.rally.json'))
    }
    expect(edit().text).toContain('is editing src/a.ts')
  })

  it('while another hook of the session is telling it something', () => {
    calm()
    const lock = join(scratch.channel, 'hook/one.lock')
    fs.writeFileSync(lock, '')
    scratch.send('toy', {
      from: 'x',
      ts: Date.now() / 1000,
      urgent: true,
      payload: { message: 'stop now', urgent: true },
    })
    for (let round = 0; round < 4; round++) {
      settle()
      expect(edit()).toMatchObject({ text: '', byStarter: false })
    }
    expect(journal().at(-1)?.code).toBe('busy')
    fs.rmSync(lock)
    expect(edit().text).toContain('stop now')
  })

  it('once its session is over', () => {
    calm()
    edit('one', { event: 'session-end' })
    expect(fs.existsSync(noteFile())).toBe(false)
    expect(edit().byStarter).toBe(false)
  })
})

/** Where everything of the room stands, by name, with its content. */
function snapshot(folder: string, prefix = ''): string[] {
  const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : []
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return snapshot(path, `${prefix}${entry.name}/`)
    // A copy of what presence records say, made anew whenever one of them changed.
    if (entry.name === 'announced.json') return []
    return [`${prefix}${entry.name} ${createHash('sha1').update(fs.readFileSync(path)).digest('hex')}`]
  })
}

describe('a quiet answer of the starter', () => {
  it('is what the program would have answered, and nothing was to be written, whatever others do', () => {
    let state = 20_260_101
    const random = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % limit
    }
    const ids = ['one', 'two', 'three']
    const counts = { starter: 0, program: 0, said: 0 }
    for (let step = 0; step < 50; step++) {
      const id = ids[random(3)] ?? ''
      const roll = random(16)
      if (roll === 0) scratch.send('toy', { from: 'x', ts: Date.now() / 1000, payload: { message: `m${step}` } })
      else if (roll === 1) edit(id, { event: 'prompt' })
      else if (roll === 2) edit(id, { event: 'session-end' })
      else if (roll === 3) shift += random(25)
      // Bursts: the same edit some times in a row, mostly of a file that nobody else works on, sometimes disturbed.
      const file = random(4) === 0 ? 'src/shared.ts' : `src/${id}.ts`
      for (let time = 0; time < 4; time++) {
        if (time === 1) settle()
        if (time === 2 && random(4) === 0) edit(ids[random(3)], { file: `src/${ids[random(3)]}.ts` })
        const before = snapshot(scratch.channel)
        const answer = edit(id, { file })
        if (!answer.byStarter) {
          counts.program += 1
          if (answer.text !== '') counts.said += 1
          continue
        }
        counts.starter += 1
        expect(snapshot(scratch.channel), `step ${step}`).toEqual(before)
        // The program, asked at the same moment without any note.
        const asked = edit(id, { file, env: { XDG_CACHE_HOME: join(scratch.dir, 'home/no-notes') } })
        fs.rmSync(join(scratch.dir, 'home/no-notes/rally/quiet'), { recursive: true, force: true })
        // Unless something fell due just then.
        const { edits } = JSON.parse(checkedLine(fs.readFileSync(join(notes(), `toy.${id}.json`), 'utf8')) ?? '')
        const until = Math.min(...edits.map((one: { until: number }) => one.until))
        if (Date.now() / 1000 + shift >= until) continue
        expect(asked, `step ${step}: ${id} ${file}`).toMatchObject({ text: '', byStarter: false })
        expect(snapshot(scratch.channel), `step ${step}: ${id} ${file} was due`).toEqual(before)
      }
    }
    expect(counts.starter).toBeGreaterThan(20)
    expect(counts.program).toBeGreaterThan(60)
    expect(counts.said).toBeGreaterThan(10)
  }, 400_000)

  it('depends on nothing that its note does not name', () => {
    calm()
    const note = JSON.parse(checkedLine(fs.readFileSync(noteFile(), 'utf8')) ?? '') as { paths: string[] }
    // The same edit by the program, which finds the same room and writes nothing.
    const { looks } = edit('one', { env: { XDG_CACHE_HOME: join(scratch.dir, 'home/no-notes') } })
    const room = scratch.channel
    const known: [why: string, test: (path: string) => boolean][] = [
      ['the note names it, or the folder in which it would appear', (path) => note.paths.includes(path)],
      [
        'it is not there, and the folder in which it would appear is named',
        (path) => !fs.existsSync(path) && note.paths.includes(dirname(path)),
      ],
      ['the program itself, its compiled code and its notes', (path) => path.startsWith(`${program}/`)],
      ['the same in the cache', (path) => path.startsWith(join(scratch.dir, 'home/no-notes'))],
      ['the journal, which is written anyway', (path) => path.startsWith(join(scratch.dir, 'home/.local/state'))],
      ['the way from the session’s folder to its repository and to the file', (path) => path.startsWith(scratch.repo)],
      ['plugins: a host’s adapter says the same of the same call', (path) => path.includes('/.local/share/rally')],
      ['folders on the way', (path) => [room, dirname(room), join(room, 'hook'), join(room, 'inbox')].includes(path)],
      ['which repository’s room it is, for half a minute', (path) => path === join(room, 'repository.json')],
      ['a copy of what the folder of sessions says', (path) => path === join(room, 'hook/announced.json')],
      [
        'the session’s own record: replaced, which the folder shows',
        (path) => path === join(room, 'sessions/one.json'),
      ],
      [
        'its own announcements: what it takes beside makes this edit no louder',
        (path) => path === join(room, 'hook/inflight/one.jsonl'),
      ],
      ['what it was told: only news in a box matters', (path) => path === join(room, 'hook/one.told.json')],
      ['a switch, which can only make hooks more silent', (path) => path === join(room, 'hook/one.off')],
    ]
    const paths = new Set(looks.flatMap(([, path]) => (path === undefined ? [] : [path])))
    const unexplained = [...paths].filter((path) => !known.some(([, test]) => test(path)))
    expect(unexplained).toEqual([])
    // Each explanation is needed, or it hides something.
    const idle = known.filter(([, test]) => ![...paths].some(test)).map(([why]) => why)
    expect(idle).toEqual([])
  })
})
