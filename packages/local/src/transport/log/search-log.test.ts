import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogSearch } from '@rally/core/ports/transport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { searchLog } from './search-log.js'

let root = ''
let folder = ''
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'rally search-'))
  folder = join(root, 'cache', 'room')
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const START = 1_790_000_000
const LOG = 'changes.jsonl'

/** Records with numbers in a range, a minute apart; every thousandth is about needles, with a text of a rare word. */
function lines(from: number, to: number): string {
  const all: string[] = []
  for (let n = from; n < to; n++) {
    const message = n % 1000 === 7 ? `A Needle-${n} in the hay` : `hay ${'x'.repeat(n % 50)} ${n}`
    all.push(JSON.stringify({ ts: START + n * 60, kind: 'feedback', tool: 'codex', payload: { message }, revision: n }))
  }
  return `${all.join('\n')}\n`
}

const search = (over: Partial<LogSearch> = {}, keep = true) =>
  searchLog(
    root,
    { words: [], limit: 1_000_000, matches: () => true, ...over },
    { folder: keep ? folder : undefined, nonce: () => 'ab12' },
  ).map(({ revision }) => revision)

const indexes = () => (fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.startsWith('search-')) : [])

describe.each([
  ['with an index', true],
  ['without', false],
])('%s', (_, keep) => {
  it('finds the same as reading everything: words, times, limits, in archives and in the log', () => {
    fs.writeFileSync(join(root, `${LOG}.2026-01-01`), lines(1, 20_000))
    fs.writeFileSync(join(root, `${LOG}.2026-01-01.2`), lines(20_000, 30_000))
    fs.writeFileSync(join(root, LOG), lines(30_000, 50_000))
    const needles = Array.from({ length: 50 }, (_, k) => k * 1000 + 7)
    for (let round = 0; round < 2; round++) {
      expect(search({ words: ['needle-'] }, keep)).toEqual(needles)
      expect(search({ words: ['NEEDLE-', 'HAY'], limit: 3 }, keep)).toEqual(needles.slice(-3))
      expect(search({ words: ['Needle-12007'] }, keep)).toEqual([12_007])
      expect(search({ words: ['needle-12007', 'nowhere to be found'] }, keep)).toEqual([])
      expect(search({ words: ['needle-'], since: START + 47_000 * 60 }, keep)).toEqual(needles.slice(-3))
      expect(search({ words: ['needle-'], until: START + 2_500 * 60 }, keep)).toEqual(needles.slice(0, 3))
      expect(search({ until: START + 5 * 60 }, keep)).toEqual([1, 2, 3, 4, 5])
      expect(search({ limit: 2 }, keep)).toEqual([49_998, 49_999])
      const odd = (record: ChangeRecord) => Number(record.revision) % 2 === 1
      expect(search({ since: START + 49_995 * 60, matches: odd }, keep)).toEqual([49_995, 49_997, 49_999])
    }
    expect(indexes().length).toBe(keep ? 3 : 0)
  })
})

it('a log that grows, is rotated, rewritten or removed never answers from an old index', () => {
  fs.writeFileSync(join(root, LOG), lines(1, 30_000))
  expect(search({ words: ['needle-29007'] })).toEqual([29_007])
  fs.appendFileSync(join(root, LOG), lines(30_000, 30_010))
  expect(search({ words: ['needle-30007'] })).toEqual([30_007])
  fs.renameSync(join(root, LOG), join(root, `${LOG}.2026-01-02`))
  fs.writeFileSync(join(root, LOG), lines(30_010, 31_010))
  expect(search({ words: ['needle-'] })).toHaveLength(32)
  fs.writeFileSync(join(root, `${LOG}.2026-01-02`), lines(100_000, 130_000))
  expect(search({ words: ['needle-29007'] })).toEqual([])
  expect(search({ words: ['needle-129007'] })).toEqual([129_007])
  fs.rmSync(join(root, `${LOG}.2026-01-02`))
  search({ words: ['needle-'] })
  expect(indexes()).toHaveLength(0)
})

it('a damaged index is not believed', () => {
  fs.writeFileSync(join(root, LOG), lines(1, 30_000))
  search({ words: ['needle-29007'] })
  const [name = ''] = indexes()
  const bytes = fs.readFileSync(join(folder, name))
  bytes.fill(0, bytes.length >> 1, bytes.length - 10)
  fs.writeFileSync(join(folder, name), bytes)
  expect(search({ words: ['needle-29007'] })).toEqual([29_007])
})

it('an unfinished line is no record yet; broken lines are passed over', () => {
  fs.writeFileSync(join(root, LOG), `{"needle":\nneedle\n${lines(7, 8)}{"ts":1,"kind":"needle"`)
  expect(search({ words: ['needle'] })).toEqual([7])
})
