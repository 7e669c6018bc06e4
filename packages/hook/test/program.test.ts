import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHook, hostPackages, installProgram, TOY_ADAPTER } from './program.js'
import { Scratch } from './scratch.js'

let scratch: Scratch
let program = ''
let metafile: { readonly inputs: Readonly<Record<string, unknown>> }
beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  metafile = await installProgram(program)
})
afterAll(() => scratch.remove())
beforeEach(() => scratch.reset())

const payload = (id: string, more: object = {}) =>
  JSON.stringify({ id, cwd: scratch.repo, paths: ['src/a.ts'], ...more })
const toy = (event: string, input: string | Buffer, options: Parameters<typeof callHook>[2] = {}) =>
  callHook(program, ['toy', event], { env: scratch.env, input, ...options })
const journal = () =>
  fs
    .readFileSync(join(scratch.dir, 'home/.local/state/rally/hooks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const codes = () => journal().map((entry) => entry.code)

describe('the executable', () => {
  it('answers a host and keeps one journal line per call, without a word of the payload', () => {
    expect(toy('before-edit', payload('one'))).toMatchObject({ status: 0, stdout: '{"toy":"before-edit"}', stderr: '' })
    const { stdout, status } = toy('before-edit', payload('two', { secret: 'hunter2' }))
    expect(status).toBe(0)
    expect(JSON.parse(stdout).context).toContain('toy-1 is editing src/a.ts')
    expect(journal()).toMatchObject([
      { host: 'toy', event: 'before-edit', code: 'quiet' },
      { host: 'toy', event: 'before-edit', code: 'said' },
    ])
    expect(JSON.stringify(journal())).not.toMatch(/hunter2|a\.ts|shop/)
  })

  it('keeps the compiled code of a usual call, and once more that of one with something to say', () => {
    const cache = join(scratch.dir, 'home/.cache/rally/compiled')
    const kept = () => {
      const names = fs.existsSync(cache) ? fs.readdirSync(cache).filter((name) => name.includes('beforeedit')) : []
      return names.map((name) => {
        const { ino, size } = fs.statSync(join(cache, name))
        return { ino, size }
      })
    }
    // It begins a session, which most do not.
    toy('before-edit', payload('one'))
    expect(kept()).toEqual([])
    toy('before-edit', payload('one', { paths: ['src/b.ts'] }))
    const [usual] = kept()
    toy('before-edit', payload('one', { paths: ['src/c.ts'] }))
    expect(kept()).toEqual([usual])
    toy('session-start', payload('two'))
    expect(toy('before-edit', payload('two')).stdout).toContain('is editing')
    const [more] = kept()
    expect(more?.size).toBeGreaterThan(usual?.size ?? Number.POSITIVE_INFINITY)
    toy('before-edit', payload('two', { paths: ['src/b.ts'] }))
    toy('before-edit', payload('one', { paths: ['src/d.ts'] }))
    expect(kept()).toEqual([more])
  })

  it('says the same from compiled code and without a cache folder', () => {
    toy('session-start', payload('one'))
    toy('before-edit', payload('one'))
    const cache = join(scratch.dir, 'home/.cache/rally/compiled')
    for (const name of fs.readdirSync(cache)) if (name.includes('sessionstart')) fs.rmSync(join(cache, name))
    expect(fs.readdirSync(cache)).toHaveLength(1)
    const before = fs.statSync(join(cache, fs.readdirSync(cache)[0] ?? ''))
    expect(toy('before-edit', payload('one')).stdout).toBe('{"toy":"before-edit"}')
    expect(fs.statSync(join(cache, fs.readdirSync(cache)[0] ?? '')).ino).toBe(before.ino)
    for (const name of fs.readdirSync(cache)) fs.writeFileSync(join(cache, name), 'damaged', { mode: 0o600 })
    expect(toy('before-edit', payload('one')).stdout).toBe('{"toy":"before-edit"}')
    for (const name of fs.readdirSync(cache)) fs.chmodSync(join(cache, name), 0o666)
    expect(toy('before-edit', payload('one')).stdout).toBe('{"toy":"before-edit"}')
    expect(
      toy('before-edit', payload('one'), { env: { ...scratch.env, XDG_CACHE_HOME: '/proc/nowhere' } }).stdout,
    ).toBe('{"toy":"before-edit"}')
  })

  it('says nothing, and says so in the journal, when an adapter that comes with rally is damaged', () => {
    fs.writeFileSync(join(program, 'dist/hosts/broken.cjs'), 'module.exports = (')
    expect(callHook(program, ['broken', 'prompt'], { env: scratch.env, input: '{}' })).toMatchObject({
      status: 0,
      stdout: '',
    })
    expect(codes()).toEqual(['no-adapter'])
  })

  it('answers as well when it is run without its starter', () => {
    const direct = execFileSync(process.execPath, [join(program, 'dist/rally-hook.cjs'), 'toy', 'prompt'], {
      env: { ...scratch.env },
      input: payload('one'),
      encoding: 'utf8',
    })
    expect(direct).toBe('{"toy":"prompt"}')
  })

  it.each([
    ['nothing', '', 'empty-stdin'],
    ['white space', ' \n', 'empty-stdin'],
    ['no JSON', 'hello', 'bad-payload'],
    ['half of it', '{"id":"one', 'bad-payload'],
    ['an array', '[1]', 'bad-payload'],
    ['a number', '7', 'bad-payload'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b]), 'bad-payload'],
    ['an adapter that throws', '{"boom":1}', 'fault:ReferenceError'],
    ['no session', '{}', 'unsafe-id'],
  ])('gives the empty answer for %s', (_what, input, code) => {
    expect(toy('prompt', input)).toMatchObject({ status: 0, stdout: '{"toy":"prompt"}', stderr: '' })
    expect(codes()).toEqual([code])
  })

  it('reads a payload with a byte order mark, a newline behind it, and one of 5 MB', () => {
    expect(toy('prompt', `\ufeff${payload('one')}\n`).status).toBe(0)
    expect(toy('prompt', payload('one', { big: `}"{${'x'.repeat(5 << 20)}` })).stdout).toBe('{"toy":"prompt"}')
    expect(toy('prompt', `${payload('one')}\n{"and":"more"}`).stdout).toBe('{"toy":"prompt"}')
    expect(codes()).toEqual(['quiet', 'quiet', 'quiet'])
    expect(toy('prompt', `{"x":"${'x'.repeat(9 << 20)}"}`).status).toBe(0)
    expect(codes().at(-1)).toBe('bad-payload')
  })

  it('says nothing for hosts that are not there, and for odd words on the command line', () => {
    for (const host of ['nobody', '../toy', 'x'.repeat(300), '-']) {
      expect(callHook(program, [host, 'prompt'], { env: scratch.env, input: '{}' })).toMatchObject({
        status: 0,
        stdout: '',
      })
    }
    expect(callHook(program, ['TOY', 'Pro;mpt'], { env: scratch.env, input: '{}' }).status).toBe(0)
    expect(new Set(codes())).toEqual(new Set(['no-adapter']))
  })

  it('does nothing at all when RALLY_HOOKS is off', () => {
    for (const word of ['off', '0', 'false', 'OFF']) {
      expect(toy('prompt', payload('one'), { env: { ...scratch.env, RALLY_HOOKS: word } }).stdout).toBe(
        '{"toy":"prompt"}',
      )
    }
    expect(fs.readdirSync(join(scratch.dir, 'home'))).toEqual(['.cache'])
  })

  it('works without HOME, and in a folder that was deleted', () => {
    const noHome = {
      AGENT_RALLY_APPS_ROOT: join(scratch.dir, 'home/apps'),
      XDG_STATE_HOME: join(scratch.dir, 'home/state'),
    }
    expect(toy('before-edit', payload('one'), { env: noHome }).stdout).toBe('{"toy":"before-edit"}')
    expect(fs.existsSync(join(scratch.dir, 'home/apps/shop/sessions/one.json'))).toBe(true)
    const gone = join(scratch.dir, 'gone')
    fs.mkdirSync(gone)
    const script = `cd ${gone} && rmdir ${gone} && rally-hook toy prompt`
    const env = { ...scratch.env, PATH: `${program}/bin:${process.env.PATH}` }
    const input = JSON.stringify({ id: 'one', cwd: gone })
    expect(execFileSync('/bin/sh', ['-c', script], { env, input, encoding: 'utf8' })).toBe('{"toy":"prompt"}')
  })

  it('does not wait for a FIFO in the channel, whatever it stands for', () => {
    toy('session-start', payload('one'))
    const slice = Math.floor(Date.now() / 1000 / 900)
    const names = [
      ...[
        'inbox/toy.jsonl',
        'inbox/all.jsonl',
        'revision',
        'hook/announced.json',
        'hook/room/notices.jsonl',
        'hook/one.told.json',
        'hook/one.jsonl',
      ],
      ...[
        'sessions/fifo.json',
        'sessions/one.json',
        `hook/claims/${slice}.jsonl`,
        `hook/claims/${slice - 1}.jsonl`,
        'hook/inflight/one.jsonl',
        'hook/inflight/peer.jsonl',
        'repository.json',
        'names/toy-1',
      ],
    ]
    for (const name of names) {
      const path = join(scratch.channel, name)
      fs.rmSync(path, { force: true })
      fs.mkdirSync(join(path, '..'), { recursive: true })
      execFileSync('mkfifo', [path])
      for (const event of ['session-start', 'before-edit', 'prompt', 'session-end']) {
        expect(toy(event, payload('one')), `${event} with ${name}`).toMatchObject({
          status: 0,
          signal: null,
          stdout: `{"toy":"${event}"}`,
        })
      }
      fs.rmSync(path, { force: true })
    }
  })

  it('bears huge files in the channel', () => {
    toy('session-start', payload('one'))
    const line = `${JSON.stringify({ from: 'x', to: 'toy', ts: 1, payload: { message: 'old' } })}\n`
    fs.mkdirSync(join(scratch.channel, 'inbox'), { recursive: true })
    fs.writeFileSync(join(scratch.channel, 'inbox/toy.jsonl'), line.repeat(300_000))
    fs.writeFileSync(join(scratch.channel, 'sessions/huge.json'), 'x'.repeat(8 << 20))
    fs.writeFileSync(join(scratch.channel, 'inbox/all.jsonl'), 'y'.repeat(20 << 20))
    expect(toy('session-start', payload('two'))).toMatchObject({ status: 0, signal: null })
    expect(codes().at(-1)).toBe('said')
  })
})

describe('a host that is slow or careless with its pipes', () => {
  const start = (stdio: 'pipe' | 'ignore' = 'pipe'): ChildProcess =>
    spawn(process.execPath, [join(program, 'bin/rally-hook.cjs'), 'toy', 'prompt'], {
      env: { ...scratch.env },
      stdio: ['pipe', stdio, 'inherit'],
    })
  const end = (child: ChildProcess): Promise<{ status: number | null; stdout: string }> =>
    new Promise((resolve) => {
      let stdout = ''
      child.stdout?.on('data', (data) => {
        stdout += String(data)
      })
      child.on('close', (status) => resolve({ status, stdout }))
    })

  // In each of these stdin stays open: if the hook waited for its end, the test would run into its time limit.
  it('gets its answer although it leaves stdin open', async () => {
    const child = start()
    child.stdin?.write(payload('one'))
    expect(await end(child)).toEqual({ status: 0, stdout: '{"toy":"prompt"}' })
    expect(codes()).toEqual(['quiet'])
  })

  it('gets its answer when the payload comes in pieces', async () => {
    const child = start()
    const ended = end(child)
    const text = payload('one', { note: 'a } in "quotes" \\' })
    for (const piece of [text.slice(0, 9), text.slice(9, 60), text.slice(60)]) {
      child.stdin?.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    expect(await ended).toEqual({ status: 0, stdout: '{"toy":"prompt"}' })
    expect(codes()).toEqual(['quiet'])
  })

  it.each(['', '{"id":"one",'])('gets the empty answer when it never sends more than %j', async (text) => {
    const child = start()
    if (text !== '') child.stdin?.write(text)
    expect(await end(child)).toEqual({ status: 0, stdout: '{"toy":"prompt"}' })
    expect(codes()).toEqual(['stdin-timeout'])
  })

  it('gets it through a pipe of a shell too', () => {
    const script = '{ printf %s "$P"; exec sleep 15; } | { rally-hook toy prompt; echo " done"; kill -9 $$; }'
    const env = { ...scratch.env, P: payload('one'), PATH: `${program}/bin:${process.env.PATH}` }
    const out = join(scratch.dir, 'out')
    try {
      execFileSync('/bin/sh', ['-c', `(${script}) > ${out}`], { env, stdio: 'ignore' })
    } catch {
      // The shell kills itself, so that nobody waits for the sleeping end of the pipe.
    }
    expect(fs.readFileSync(out, 'utf8')).toBe('{"toy":"prompt"} done\n')
  })

  it('may close stdout before the answer', async () => {
    const child = start()
    child.stdout?.destroy()
    child.stdin?.end(payload('one'))
    expect((await end(child)).status).toBe(0)
    expect(codes()).toEqual(['unwritten'])
  })
})

describe('hooks of one session that run at the same time', () => {
  it('lose no file in flight and no foreign key', async () => {
    toy('session-start', payload('one'))
    scratch.putPresence({ ...scratch.presence('one'), foreign: { deep: [1, 2] }, task: 'keep me' })
    const files = Array.from({ length: 12 }, (_, index) => `src/file-${index}.ts`)
    const calls = files.map(
      (file) =>
        new Promise<number | null>((resolve) => {
          const child = spawn(process.execPath, [join(program, 'bin/rally-hook.cjs'), 'toy', 'before-edit'], {
            env: { ...scratch.env },
            stdio: ['pipe', 'ignore', 'inherit'],
          })
          child.stdin?.end(payload('one', { paths: [file] }))
          child.on('exit', resolve)
        }),
    )
    expect(await Promise.all(calls)).toEqual(files.map(() => 0))
    const presence = scratch.presence('one')
    expect([...(presence.files_in_flight as string[])].sort()).toEqual([...files].sort())
    expect(presence).toMatchObject({ foreign: { deep: [1, 2] }, task: 'keep me' })
    expect(fs.readdirSync(join(scratch.channel, 'sessions'))).toEqual(['one.json'])
    expect(fs.readdirSync(join(scratch.channel, 'hook')).filter((name) => name.endsWith('.lock'))).toEqual([])
  })

  it('tell a message once', async () => {
    toy('session-start', payload('one'))
    scratch.send('toy', { from: 'x', payload: { message: 'only once' } })
    const calls = Array.from(
      { length: 8 },
      () =>
        new Promise<string>((resolve) => {
          const child = spawn(process.execPath, [join(program, 'bin/rally-hook.cjs'), 'toy', 'prompt'], {
            env: { ...scratch.env },
            stdio: ['pipe', 'pipe', 'inherit'],
          })
          let text = ''
          child.stdout?.on('data', (data) => {
            text += String(data)
          })
          child.stdin?.end(payload('one'))
          child.on('close', () => resolve(text))
        }),
    )
    const told = (await Promise.all(calls)).filter((text) => text.includes('only once'))
    // Whoever had the lock told it, or nobody did because the lock was busy: then the next prompt does.
    if (told.length === 0) expect(toy('prompt', payload('one')).stdout).toContain('only once')
    else expect(told).toHaveLength(1)
    expect(toy('prompt', payload('one')).stdout).toBe('{"toy":"prompt"}')
  })
})

describe('plugins of the user', () => {
  const install = (name: string, rally: object, { type = 'user', says = 'plugin' } = {}) => {
    const store = join(scratch.dir, 'home/.local/share/rally')
    const root = type === 'link' ? join(scratch.dir, 'home/linked', name) : join(store, 'node_modules', name)
    fs.mkdirSync(root, { recursive: true })
    fs.writeFileSync(join(root, 'package.json'), JSON.stringify({ name, rally }))
    fs.writeFileSync(join(root, 'adapter.cjs'), TOY_ADAPTER.replace('{ toy: moment.event', `{ ${says}: moment.event`))
    const file = join(store, 'package.json')
    const before = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).oclif.plugins : []
    const plugins = [...before, { name, type, ...(type === 'link' ? { root } : {}) }]
    fs.mkdirSync(store, { recursive: true })
    fs.writeFileSync(file, JSON.stringify({ oclif: { plugins } }))
  }
  const good = { api: 1, host: 'toy', adapter: './adapter.cjs' }

  it('take the place of the copy that comes with rally', () => {
    install('@own/host-toy', good)
    expect(toy('prompt', payload('one')).stdout).toBe('{"plugin":"prompt"}')
    install('@own/host-toy', good, { type: 'link', says: 'linked' })
    expect(toy('prompt', payload('one')).stdout).toBe('{"linked":"prompt"}')
  })

  it.each([
    ['another api', '@own/host-toy', { ...good, api: 2 }],
    ['another package for a host that rally brings', '@acme/toy', good],
    ['a file outside of the package', '@own/host-toy', { ...good, adapter: '../../../x.cjs' }],
    ['an absolute file', '@own/host-toy', { ...good, adapter: '/etc/passwd' }],
    ['a file that is not there', '@own/host-toy', { ...good, adapter: './nope.cjs' }],
    ['no declaration', '@own/host-toy', {}],
  ])('are not used for %s: the copy is', (_what, name, rally) => {
    install(name, rally)
    expect(toy('prompt', payload('one')).stdout).toBe('{"toy":"prompt"}')
  })

  it('bring hosts that rally does not know; two of them for one host are both refused', () => {
    fs.renameSync(join(program, 'dist/hosts/toy.cjs'), join(program, 'dist/hosts/away.cjs'))
    install('@acme/toy', good)
    expect(toy('prompt', payload('one')).stdout).toBe('{"plugin":"prompt"}')
    install('@other/toy', good)
    expect(toy('prompt', payload('one')).stdout).toBe('')
    expect(codes()).toEqual(['quiet', 'no-adapter'])
    fs.renameSync(join(program, 'dist/hosts/away.cjs'), join(program, 'dist/hosts/toy.cjs'))
  })
})

describe('recorded payloads of the hosts', () => {
  for (const { id, fixtures } of hostPackages()) {
    it(`${id}: every one gets an answer that is empty or one JSON object`, () => {
      expect(fixtures.length).toBeGreaterThan(0)
      for (const { event, text } of fixtures) {
        const here = text.replaceAll('/home/dev/project', scratch.repo)
        const { status, stdout, stderr } = callHook(program, [id, event], {
          env: scratch.env,
          input: here,
          cwd: scratch.repo,
        })
        expect([status, stderr], event).toEqual([0, ''])
        if (stdout !== '') expect(typeof JSON.parse(stdout), event).toBe('object')
      }
      expect(codes().filter((code) => code.startsWith('fault'))).toEqual([])
    })
  }
})

describe('what a quiet hook costs', () => {
  /** A fifth of it reads shell commands, a tenth knows claims and git commands, a fifteenth what changed under a session. */
  const BUNDLE_BYTES = 153 * 1024
  /** File system calls of a quiet edit; eight of them read program and adapter, a dozen see what changed meanwhile. */
  const MOST_CALLS = 94

  it('the bundle is small and holds no framework', () => {
    expect(fs.statSync(join(program, 'dist/rally-hook.cjs')).size).toBeLessThan(BUNDLE_BYTES)
    const inputs = Object.keys(metafile.inputs)
    expect(inputs.length).toBeGreaterThan(40)
    expect(
      inputs.filter((path) => /node_modules|zod|tsyringe|oclif|koffi|reflect-metadata|\/model\//.test(path)),
    ).toEqual([])
  })

  it('few file system calls, no byte of the log, no process', () => {
    toy('session-start', payload('one'))
    for (let index = 0; index < 50; index++) {
      scratch.putPresence({
        session_id: `peer-${index}`,
        tool: 'codex',
        phase: 'p',
        files_in_flight: [`src/${index}.ts`],
        heartbeat_ts: Date.now() / 1000,
        host: 'x',
        cwd: '/',
      })
    }
    fs.writeFileSync(join(scratch.channel, 'changes.jsonl'), 'x\n'.repeat(1000))
    const spy = join(scratch.dir, 'spy.cjs')
    const report = join(scratch.dir, 'report.json')
    fs.writeFileSync(spy, SPY)
    const watched = (event: string): { calls: number; opened: string[]; spawned: number } => {
      const env = { ...scratch.env, NODE_OPTIONS: `--require ${spy}`, SPY_REPORT: report }
      expect(toy(event, payload('one'), { env })).toMatchObject({ status: 0, stderr: '' })
      return JSON.parse(fs.readFileSync(report, 'utf8'))
    }
    // The first one takes the file, the second sees the records that changed meanwhile; from then on nothing happens. What
    // was written in the last 50 ms is not believed, and a quick machine has begun the next hook by then.
    watched('before-edit')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    watched('before-edit')
    const seen = watched('before-edit')
    expect(seen.spawned).toBe(0)
    expect(seen.opened.filter((path) => path.includes('changes.jsonl'))).toEqual([])
    expect(seen.opened.filter((path) => path.includes('sessions/peer-'))).toEqual([])
    expect(seen.calls).toBeLessThan(MOST_CALLS)
    expect(seen.calls).toBeGreaterThan(10)
    // Also where every record is read, the log is not.
    expect(watched('session-start').opened.filter((path) => path.includes('changes.jsonl'))).toEqual([])
  })

  /** Counts calls of node:fs and of node:child_process, and which files were opened. */
  const SPY = `
const fs = require('node:fs'), children = require('node:child_process')
const seen = { calls: 0, opened: [], spawned: 0 }
for (const name of Object.keys(fs).filter((name) => name.endsWith('Sync'))) {
  const real = fs[name]
  fs[name] = Object.assign((...args) => {
    seen.calls += 1
    if (/^(open|read|readFile|createRead)/.test(name) && typeof args[0] === 'string') seen.opened.push(args[0])
    return real(...args)
  }, real)
}
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const real = children[name]
  children[name] = (...args) => { seen.spawned += 1; return real(...args) }
}
process.on('exit', () => require('node:fs').writeFileSync(process.env.SPY_REPORT, JSON.stringify(seen)))
`
})
