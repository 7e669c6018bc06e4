import fs from 'node:fs'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { LogProjection, LogStore } from '@rally/core/ports/transport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDraft, makeScratch, type Scratch } from '../support/scratch-channel.js'

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

const ZERO: LogCursor = { revision: 0, changes_offset: 0 }
const numbers = (records: readonly ChangeRecord[]) => records.map(({ payload }) => payload.n)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

async function post(log: LogStore, from: number, to: number): Promise<void> {
  for (const n of range(from, to)) await log.append(makeDraft({ payload: { n } }))
}

/** As the reference rotates: rename, the next writer makes a new file. */
let archived = 0
function rotate(): void {
  archived++
  fs.renameSync(`${scratch.dir}/changes.jsonl`, `${scratch.dir}/changes.jsonl.2026-01-0${archived}`)
}
beforeEach(() => {
  archived = 0
})

async function readOn(log: LogStore, after: LogCursor, limit?: number) {
  const records: ChangeRecord[] = []
  for (let cursor = after; ; ) {
    const page = await log.read(cursor, limit)
    records.push(...page.records)
    cursor = page.cursor
    if (!page.more) return { records, cursor }
  }
}

describe('damaged logs', () => {
  it('gives every healthy record between lines of any kind', async () => {
    const good = (n: number) => JSON.stringify({ schema: 'agent-rally.fact.v1', bl_revision: n, bl_payload: { n } })
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const parts: (string | Buffer)[] = [
      `${good(1)}\n\n   \n[1]\n5\n"text"\nnull\n{"torn`,
      `\n${good(2)}\r\n{}\n${deep}\n`,
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.concat([Buffer.from('{"kind":"latin","payload":{"n":"'), Buffer.from([0xe9]), Buffer.from('"}}\n')]),
      `{"kind":"infinite","payload":{"n":3,"x":[NaN,-Infinity,"NaN"]}}\n`,
      `{"kind":"a","__proto__":{"polluted":1},"payload":{"n":4,"\\u005f_proto__":{"polluted":1}}}\n`,
      `{"kind":5,"payload":[1],"revision":"8","tool":{},"ts":[],"event_id":7,"build_loop_id":3}\n`,
      `{"schema":"agent-rally.fact.v1","bl_revi`,
    ]
    scratch.write('changes.jsonl', Buffer.concat(parts.map((part) => Buffer.from(part))))
    const { log } = scratch.open()
    const { records } = await log.read(ZERO)
    expect(numbers(records)).toEqual([1, 2, undefined, '\ufffd', 3, 4, undefined])
    expect(records[4]?.payload.x).toEqual([null, null, 'NaN'])
    const [proto, wrong] = records.slice(5)
    expect(Object.getOwnPropertyNames(proto)).not.toContain('__proto__')
    expect({ ...proto?.payload, ...{} }).not.toHaveProperty('polluted')
    expect(wrong).toEqual({
      ts: null,
      kind: 'unknown',
      tool: null,
      model: null,
      run_id: null,
      app_slug: null,
      payload: {},
      revision: 8,
    })
    expect(numbers(await log.latest(3))).toEqual([3, 4, undefined])
    expect((await log.end()).revision).toBe(8)
  })

  it('passes over a line of 40 MB without holding it', async () => {
    const file = scratch.write('changes.jsonl', '')
    const fd = fs.openSync(file, 'a')
    fs.writeSync(fd, '{"kind":"a","payload":{"n":1},"revision":1}\n{"kind":"')
    for (let i = 0; i < 40; i++) fs.writeSync(fd, Buffer.alloc(1 << 20, 120))
    fs.writeSync(fd, '"}\n{"kind":"b","payload":{"n":2},"revision":2}\n')
    fs.closeSync(fd)
    const { log } = scratch.open()
    expect(numbers((await log.read(ZERO)).records)).toEqual([1, 2])
    expect(numbers(await log.latest(5))).toEqual([1, 2])
    expect((await log.end()).revision).toBe(2)
    expect(await log.append(makeDraft())).toMatchObject({ revision: 3 })
  })

  it('reads a channel whose log is a FIFO, a folder or a link as an empty one', async () => {
    for (const make of [(p: string) => fs.mkdirSync(p), (p: string) => fs.symlinkSync('/etc/passwd', p)]) {
      const one = makeScratch()
      make(`${one.dir}/changes.jsonl`)
      make(`${one.dir}/rejections.jsonl`)
      const { log } = one.open()
      expect(await log.read(ZERO)).toEqual({ records: [], cursor: ZERO, more: false })
      expect(await log.latest(3)).toEqual([])
      expect(await log.rejections()).toBe(0)
      one.remove()
    }
  })
})

describe('cursors and rotation', () => {
  it('reads on over any number of rotations, in pages of any size', async () => {
    for (const limit of [undefined, 1, 2, 3]) {
      archived = 0
      const one = makeScratch()
      scratch = one
      const { log } = one.open()
      await post(log, 1, 5)
      const { cursor } = await log.read(ZERO, 3)
      rotate()
      await post(log, 6, 8)
      rotate()
      const { cursor: between } = await readOn(log, ZERO)
      await post(log, 9, 10)
      expect(numbers((await readOn(log, cursor, limit)).records)).toEqual(range(4, 10))
      expect(numbers((await readOn(log, ZERO, limit)).records)).toEqual(range(1, 10))
      expect(numbers((await readOn(log, between, limit)).records)).toEqual([9, 10])
      const { cursor: end } = await readOn(log, cursor, limit)
      expect(end).toEqual(await log.end())
      rotate()
      expect((await log.read(end)).records).toEqual([])
      await post(log, 11, 11)
      expect(numbers((await readOn(log, end)).records)).toEqual([11])
      expect(numbers(await log.latest(4))).toEqual([8, 9, 10, 11])
      one.remove()
    }
  })

  it('goes on with a page that ended in an archive when another rotation came in between', async () => {
    const { log } = scratch.open()
    await post(log, 1, 6)
    rotate()
    await post(log, 7, 9)
    const page = await log.read(ZERO, 4)
    expect(page).toMatchObject({ more: true, cursor: { revision: 4 } })
    expect(page.cursor.changes_offset).toBeLessThan(0)
    rotate()
    await post(log, 10, 11)
    expect(numbers((await readOn(log, page.cursor, 2)).records)).toEqual(range(5, 11))
  })

  it('repeats nothing when the log was cut or replaced by a shorter one', async () => {
    const { log } = scratch.open()
    await post(log, 1, 6)
    const end = await log.end()
    const lines = scratch.read('changes.jsonl').split('\n')
    scratch.write('changes.jsonl', `${lines.slice(4, 6).join('\n')}\n`)
    expect((await log.read(end)).records).toEqual([])
    await post(log, 7, 7)
    expect(numbers((await log.read(end)).records)).toEqual([7])
  })

  it('takes cursors that make no sense', async () => {
    const { log } = scratch.open()
    await post(log, 1, 3)
    for (const changes_offset of [-1, -1e15, 1e15, 7, 1])
      expect(numbers((await log.read({ revision: 2, changes_offset })).records).at(-1)).toBe(3)
  })

  it('leaves an unfinished line for the next time', async () => {
    scratch.write('changes.jsonl', '{"kind":"a1"}\n{"kind":"b2"}\n{"kind":"c')
    const { log } = scratch.open()
    const page = await log.read(ZERO)
    expect(page.records.map(({ kind }) => kind)).toEqual(['a1', 'b2'])
    expect(page.cursor.changes_offset).toBe(28)
    fs.appendFileSync(`${scratch.dir}/changes.jsonl`, '3"}\n')
    expect((await log.read(page.cursor)).records.map(({ kind }) => kind)).toEqual(['c3'])
    expect((await log.read({ revision: 0, changes_offset: 15 })).records).toHaveLength(3)
  })
})

describe('a log/ folder', () => {
  const row = (seq: number) =>
    `${JSON.stringify({ seq, occurred_at: 'T', event_type: 'claim', payload: { subject: `s${seq}` } })}\n`

  it('replaces changes.jsonl, and cursors hold sequence numbers', async () => {
    scratch.write('changes.jsonl', '{"kind":"ignored","revision":99}\n')
    scratch.write('log/2026-01-01.jsonl', row(1) + row(3))
    scratch.write('log/2026-01-02.jsonl', row(4) + row(2))
    const { log } = scratch.open()
    const { records, cursor } = await log.read(ZERO)
    expect(records.map(({ revision }) => revision)).toEqual([1, 2, 3, 4])
    expect(cursor).toEqual({ revision: 4, changes_offset: 4 })
    expect((await log.read({ revision: 0, changes_offset: 3 })).records.map(({ revision }) => revision)).toEqual([4])
    expect((await log.latest(2)).map(({ revision }) => revision)).toEqual([3, 4])
  })

  it('gets our records as rows that lose nothing', async () => {
    scratch.write('log/2026-01-01.jsonl', row(5))
    const { log } = scratch.open()
    const run = { build_loop_id: 'b', build_loop_started_at: 's', build_loop_run_label: 'l' }
    expect(await log.append(makeDraft({ kind: 'phase', payload: { phase: 'p', n: 1 }, run }))).toMatchObject({
      revision: 6,
    })
    const { records, cursor } = await log.read({ revision: 5, changes_offset: 5 })
    expect(records).toMatchObject([{ kind: 'phase', revision: 6, payload: { phase: 'p', n: 1 }, build_loop_id: 'b' }])
    expect(cursor).toEqual(await log.end())
    expect(fs.existsSync(`${scratch.dir}/changes.jsonl`)).toBe(false)
  })
})

describe('projections', () => {
  let folded: unknown[] = []
  const sum: LogProjection<{ n: number[] }> = {
    name: 'sum',
    version: 1,
    initial: () => ({ n: [] }),
    fold(state, record) {
      folded.push(record.payload.n)
      state.n.push(record.payload.n as number)
      return state
    },
  }
  const project = async (log = scratch.open().log): Promise<number[]> => {
    folded = []
    return (await log.project(sum)).n
  }
  /** Enough bytes to be worth a cache file. */
  const fill = async (log: LogStore, from: number, to: number) => {
    for (const n of range(from, to)) await log.append(makeDraft({ payload: { n, text: 'x'.repeat(8000) } }))
  }

  it('folds each record once, over processes, rotations and everything in between', async () => {
    const { log } = scratch.open()
    await fill(log, 1, 8)
    expect(await project()).toEqual(range(1, 8))
    expect(folded).toEqual(range(1, 8))
    expect(await project()).toEqual(range(1, 8))
    expect(folded).toEqual([])
    for (let round = 0; round < 5; round++) {
      rotate()
      await fill(log, 9 + round * 5, 13 + round * 5)
      expect(await project()).toEqual(range(1, 13 + round * 5))
      expect(folded).toEqual(range(9 + round * 5, 13 + round * 5))
    }
  })

  it('gives what a fresh fold gives, whatever happened to the files', async () => {
    const { log } = scratch.open()
    const accidents: [string, () => unknown, number[]][] = [
      ['cut', () => fs.truncateSync(`${scratch.dir}/changes.jsonl`, 0), []],
      ['filled again', () => fill(log, 1, 6), range(1, 6)],
      [
        'replaced by a shorter one',
        () => {
          scratch.write('x', `${scratch.read('changes.jsonl').split('\n').slice(3, 5).join('\n')}\n`)
          fs.renameSync(`${scratch.dir}/x`, `${scratch.dir}/changes.jsonl`)
        },
        [4, 5],
      ],
      ['rotated', () => rotate(), [4, 5]],
      [
        'an archive put in front',
        () => {
          fs.writeFileSync(`${scratch.dir}/changes.jsonl.2025-01-01`, '{"kind":"a","payload":{"n":0}}\n')
        },
        [0, 4, 5],
      ],
      ['that archive removed', () => fs.rmSync(`${scratch.dir}/changes.jsonl.2025-01-01`), [4, 5]],
      ['all removed', () => fs.rmSync(`${scratch.dir}/changes.jsonl.2026-01-01`), []],
    ]
    await fill(log, 1, 6)
    await project()
    for (const [what, happen, expected] of accidents) {
      await happen()
      expect(await project(), what).toEqual(expected)
      expect(await project(log), what).toEqual(expected)
    }
  })

  it('folds settled archives of a thousand rotations without looking at them again', async () => {
    const { log } = scratch.open()
    for (let i = 1; i <= 1200; i++)
      scratch.write(`changes.jsonl.2026-01-01.${i}`, `{"kind":"a","payload":{"n":${i}},"text":"${'x'.repeat(60)}"}\n`)
    await fill(log, 1201, 1202)
    expect(await project()).toEqual(range(1, 1202))
    await fill(log, 1203, 1203)
    expect(await project()).toEqual(range(1, 1203))
    expect(folded).toEqual([1203])
  })

  it('keeps nothing of a projection that is asked once', async () => {
    const { log } = scratch.open()
    await fill(log, 1, 6)
    folded = []
    await log.project({ ...sum, transient: true })
    await log.project({ ...sum, transient: true })
    expect(folded).toHaveLength(12)
    expect(fs.existsSync(scratch.cache)).toBe(false)
  })

  it('loses only time to a damaged, foreign or unwritable cache', async () => {
    const { log } = scratch.open()
    await fill(log, 1, 8)
    await project()
    const [folder] = fs.readdirSync(`${scratch.cache}/rally`)
    const file = `${scratch.cache}/rally/${folder}/log-sum.json`
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    const good = fs.readFileSync(file, 'utf8')
    const foreign = good.replace(scratch.dir, '/elsewhere')
    expect(foreign).not.toBe(good)
    for (const text of [
      '',
      '{',
      '[]',
      '{"format":1}',
      foreign,
      good.replace('"marks":[', '"marks":[5,'),
      good.slice(0, -9),
    ]) {
      fs.writeFileSync(file, text)
      expect(await project()).toEqual(range(1, 8))
    }
    fs.rmSync(`${scratch.cache}/rally`, { recursive: true })
    fs.writeFileSync(`${scratch.cache}/rally`, 'a file where the folder should be')
    const transport = scratch.open()
    expect(await project(transport.log)).toEqual(range(1, 8))
    // Within a process nothing is read twice all the same.
    expect(await project(transport.log)).toEqual(range(1, 8))
    expect(folded).toEqual([])
    expect(await project(scratch.open({ env: {} }).log)).toEqual(range(1, 8))
  })

  it('starts again for another version, and hands out states that may be changed', async () => {
    const { log } = scratch.open()
    await fill(log, 1, 6)
    const state = await log.project(sum)
    state.n.length = 0
    expect((await log.project(sum)).n).toEqual(range(1, 6))
    expect((await log.project({ ...sum, version: 2, initial: () => ({ n: [100] }) })).n).toEqual([100, ...range(1, 6)])
  })

  it('reports progress of a long first read', async () => {
    const { log } = scratch.open()
    for (let i = 0; i < 12; i++) await log.append(makeDraft({ payload: { n: i, text: 'x'.repeat(900_000) } }))
    const seen: [number, number][] = []
    await log.project(sum, (done, total) => seen.push([done, total]))
    expect(seen.length).toBeGreaterThan(1)
    for (const [done, total] of seen) expect(done).toBeLessThanOrEqual(total)
  })
})
