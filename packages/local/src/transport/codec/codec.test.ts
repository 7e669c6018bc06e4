import fs from 'node:fs'
import type { JsonObject } from '@rally/core/readers'
import { describe, expect, it } from 'vitest'
import { makeDraft } from '../../../test/support/scratch-channel.js'
import { normalizeRecord } from './normalize-record.js'
import { factLine, toFactV1 } from './to-fact-v1.js'

interface Vector {
  args: JsonObject[]
  kwargs: JsonObject
  returns: JsonObject
}

const vectors = (name: string): Vector[] =>
  JSON.parse(fs.readFileSync(new URL(`../../../../../test/golden/vectors/${name}.json`, import.meta.url), 'utf8'))
    .vectors

const draftOf = ({ kwargs }: Vector) =>
  makeDraft({
    payload: {},
    ...Object.fromEntries(
      Object.entries(kwargs).filter(([key]) => ['kind', 'run_id', 'app_slug', 'producer'].includes(key)),
    ),
    ...(kwargs.payload ? { payload: kwargs.payload as JsonObject } : {}),
    ...(kwargs.build_loop_fields ? { run: kwargs.build_loop_fields as never } : {}),
  })

describe('toFactV1', () => {
  it.each(vectors('to_fact_v1'))('writes what the reference writes: $kwargs', (vector) => {
    const eventId = String(vector.returns.event_id)
    const fact = toFactV1(draftOf(vector), { eventId, revision: 3 })
    expect(JSON.stringify(fact)).toBe(JSON.stringify(vector.returns))
  })

  it.each(vectors('to_fact_v1'))('makes the same line of it: $kwargs', (vector) => {
    const line = factLine(draftOf(vector), String(vector.returns.event_id)).at(3).toString('latin1')
    expect(line.endsWith('}\n')).toBe(true)
    expect(line.slice(0, -1)).not.toMatch(/[^\u0020-\u007e]/)
    expect(JSON.stringify(JSON.parse(line))).toBe(JSON.stringify(vector.returns))
  })
})

describe('normalizeRecord', () => {
  it.each(vectors('normalize_record'))('reads back what the reference reads: $args', ({ args, returns }) => {
    expect(normalizeRecord(args[0] as JsonObject)).toEqual(returns)
  })

  it('gives the same objects for a producer that claims our keys', () => {
    const record = normalizeRecord({
      schema: 'agent-rally.fact.v1',
      bl_kind: 'a',
      bl_producer: { kind: 'forged', toString: 'x' },
    })
    expect(record.kind).toBe('a')
    expect(record.toString).toBe('x')
  })
})
