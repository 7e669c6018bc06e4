import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeDraft, makeScratch, type Scratch } from '../support/scratch-channel.js'

let scratch: Scratch
let stop: AbortController
const heard: string[] = []
let watching: Promise<void>

beforeEach(() => {
  stop = new AbortController()
  heard.length = 0
})
afterEach(async () => {
  stop.abort()
  await watching
  scratch.remove()
})

function start(options: { create?: boolean; pollMs?: number } = {}): void {
  scratch = makeScratch(options)
  watching = scratch.open().watch(({ store }) => heard.push(store), {
    signal: stop.signal,
    ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
  })
}

async function hears(store: string, write: () => unknown): Promise<void> {
  // Hints of what came before may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 30))
  heard.length = 0
  await write()
  await vi.waitFor(() => expect(heard).toContain(store), { timeout: 600_000, interval: 2 })
}

const append = (name: string, text = 'x\n') => {
  fs.mkdirSync(`${scratch.dir}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true })
  fs.appendFileSync(`${scratch.dir}/${name}`, text)
}

describe.each([
  ['with file events', false],
  ['without file events', true],
])('watch %s', (_how, broken) => {
  beforeEach(() => {
    if (broken)
      vi.spyOn(fs, 'watch').mockImplementation(() => {
        throw new Error('no events here')
      })
  })
  afterEach(() => vi.restoreAllMocks())

  it('hears of every store, also in folders that come later', async () => {
    start()
    await hears('log', () => append('changes.jsonl'))
    await hears('log', () => append('changes.jsonl'))
    await hears('inbox', () => append('inbox/all.jsonl'))
    await hears('inbox', () => append('inbox/all.jsonl'))
    await hears('inbox', () => append('inbox/.acks/codex/s1.json'))
    await hears('inbox', () => append('inbox/.acks/codex/s2.json'))
    await hears('heartbeats', () => append('task-heartbeats/codex.jsonl'))
    await hears('heartbeats', () => append('task-heartbeats/codex.jsonl'))
    await hears('sessions', () => scratch.open().sessions.setCursor('s1', { revision: 1, changes_offset: 1 }))
    await hears('sessions', () => {
      const fd = fs.openSync(`${scratch.dir}/sessions/s1.json`, 'r+')
      fs.writeSync(fd, '{"heartbeat_ts":1000000000.000')
      fs.closeSync(fd)
    })
    await hears('sessions', () => scratch.open().sessions.remove('s1'))
    await hears('leases', () => scratch.open().leases.compareAndSet('lead', null, {}))
    await hears('log', () => append('log/a.jsonl'))
  })

  it('survives rotation, removal and return of the channel', async () => {
    start({ create: false })
    await hears('log', () => scratch.open().log.append(makeDraft()))
    await hears('log', () => fs.renameSync(`${scratch.dir}/changes.jsonl`, `${scratch.dir}/changes.jsonl.2026-01-01`))
    await hears('log', () => append('changes.jsonl'))
    for (let round = 0; round < 3; round++) {
      await hears('log', () => fs.rmSync(scratch.dir, { recursive: true }))
      await hears('inbox', () => append('inbox/all.jsonl'))
      await hears('log', () => scratch.open().log.append(makeDraft()))
      await hears('inbox', () => append('inbox/all.jsonl'))
    }
  })
})

describe('watch', () => {
  it('notices by itself when events stay away, as on a network file system', async () => {
    const real = fs.watch
    vi.spyOn(fs, 'watch').mockImplementation(((path: string) => {
      const watcher = real(path)
      watcher.removeAllListeners('change')
      return watcher
    }) as typeof fs.watch)
    start()
    await hears('log', () => append('changes.jsonl'))
    await hears('log', () => append('changes.jsonl'))
    vi.restoreAllMocks()
  })

  it('ends with the transport', async () => {
    scratch = makeScratch()
    const transport = scratch.open()
    watching = transport.watch(() => undefined, { signal: stop.signal })
    await transport.close()
    await watching
  })
})
