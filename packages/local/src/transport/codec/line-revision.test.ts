import { expect, it } from 'vitest'
import { lineRevision } from './line-revision.js'
import { readRecord } from './read-record.js'

it('is what the whole line reads as, also where the key is not what it seems', () => {
  const head = '{"schema":"agent-rally.fact.v1",'
  const lines = [
    `${head}"bl_revision":12}`,
    `${head}"bl_revision":12,"bl_kind":"feedback"}`,
    `${head}"bl_revision":5e-324}`,
    `${head}"bl_revision":1.5}`,
    `${head}"bl_revision":true}`,
    `${head}"bl_revision":-3}`,
    `${head}"bl_revision":99999999999999999999}`,
    `${head}"bl_payload":{"bl_revision":7}}`,
    `${head}"subject":"{","bl_revision":8}`,
    `${head}"bl_revision":1,"bl_revision":2}`,
  ]
  const read = (line: string): Buffer => Buffer.from(line)
  const wanted = lines.map((line) => readRecord(read(line), 0, line.length)?.revision ?? 0)
  expect(lines.map((line) => lineRevision(read(line), 0, line.length))).toEqual(wanted)
  expect(wanted.slice(0, 2)).toEqual([12, 12])
  expect(wanted[8]).toBe(8)
})
