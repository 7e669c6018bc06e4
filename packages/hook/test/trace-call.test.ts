import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Moment } from '@rally/core/model/moment'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter, HostAdapterFactory } from '@rally/core/ports/host'
import { isObject, type JsonObject, str } from '@rally/core/readers'
import type { PayloadValue } from '@rally/local/hook-files/quiet-note'
import { describe, expect, it } from 'vitest'
import { notedCall } from '../src/quiet-edit.js'
import { traceCall } from '../src/trace-call.js'
import { hostPackages } from './program.js'

const env = { HOME: '/home/dev', CLAUDECODE: '1' }
const momentOf = (payload: JsonObject): Moment => ({
  name: 'before-edit',
  event: 'edit',
  sessionId: str(payload.id),
  cwd: '/',
})
const trace = (parse: HostAdapter['parse'], payload: JsonObject = { id: 'one', other: 'x' }) =>
  traceCall({ parse }, { event: 'edit', payload, env })

async function loadAdapter(folder: string): Promise<HostAdapter> {
  const module = (await import(pathToFileURL(join(folder, 'dist/adapter.js')).href)) as { default: HostAdapterFactory }
  return module.default(createHostApi())
}

/** A payload in which nothing stands but what was read. */
function payloadOf(reads: readonly PayloadValue[]): JsonObject {
  const payload: JsonObject = {}
  for (const [path, value] of reads) {
    if (value === undefined) continue
    let target: JsonObject = payload
    for (const key of path.slice(0, -1)) target = target[key] as JsonObject
    const last = path.at(-1) ?? ''
    if (!(Array.isArray(target) && last === 'length')) target[last] = structuredClone(value)
  }
  return payload
}

describe('what a note says of a call', () => {
  const render: HostAdapter['render'] = ({ event }, reply) => ({ stdout: JSON.stringify({ event, ...reply }) })
  const payload = { id: 'one' }

  it('is what it makes, what it was made of, and the empty answer', () => {
    const adapter = { parse: (_event: string, given: JsonObject) => momentOf(given), render }
    expect(notedCall({ adapter, payload }, momentOf(payload), env)).toEqual({
      event: 'edit',
      moment: JSON.stringify(momentOf(payload)),
      reads: { payload: [[['id'], 'one']], env: [] },
      stdout: '{"event":"edit"}',
    })
  })

  it('is nothing where the adapter makes something else of it the next time', () => {
    let calls = 0
    const adapter = {
      parse: (_event: string, given: JsonObject) => ({ ...momentOf(given), model: `m${calls++}` }),
      render,
    }
    expect(notedCall({ adapter, payload }, adapter.parse('edit', payload), env)).toBeUndefined()
  })
})

describe('what an adapter reads of a call', () => {
  it('is the values it looked at, those that are not there included', () => {
    const parse: HostAdapter['parse'] = (_event, payload, given) => {
      if (payload.missing !== undefined || given.GIT_DIR !== undefined || given.HOME === '') return undefined
      return momentOf(payload)
    }
    expect(trace(parse)?.reads).toEqual({
      payload: [[['missing']], [['id'], 'one']],
      env: ['GIT_DIR', null, 'HOME', '/home/dev'],
    })
  })

  it('goes into objects and lists, and names each value by its way', () => {
    const payload = { id: 'one', tool: { files: ['a', 'b'], size: null }, more: 1 }
    const parse: HostAdapter['parse'] = (_event, given) => {
      const tool = given.tool as JsonObject
      const paths = (tool.files as string[]).filter((file) => file !== '')
      return { ...momentOf(given), paths, ...('size' in tool ? { label: 'sized' } : {}) }
    }
    const traced = trace(parse, payload)
    expect(JSON.parse(traced?.moment ?? '')).toMatchObject({ paths: ['a', 'b'], label: 'sized' })
    expect(new Map(traced?.reads.payload.map(([path, ...value]) => [path.join('.'), value]))).toEqual(
      new Map<string, unknown[]>([
        ['tool', [{}]],
        ['tool.files', [[]]],
        ['tool.files.length', [2]],
        ['tool.files.0', ['a']],
        ['tool.files.1', ['b']],
        ['tool.size', [null]],
        ['id', ['one']],
      ]),
    )
  })

  it('includes what it only hands on', () => {
    const parse: HostAdapter['parse'] = (_event, payload) => ({
      ...momentOf(payload),
      paths: payload.paths as string[],
    })
    expect(trace(parse, { id: 'one', paths: ['a'] })?.reads.payload).toEqual(
      expect.arrayContaining([
        [['id'], 'one'],
        [['paths'], []],
        [['paths', 'length'], 1],
        [['paths', '0'], 'a'],
      ]),
    )
  })

  it.each<[string, HostAdapter['parse']]>([
    ['lists the keys of the payload', (_event, payload) => momentOf({ id: Object.keys(payload).join() })],
    ['copies the payload', (_event, payload) => momentOf({ ...payload })],
    ['writes the payload down', (_event, payload) => momentOf({ id: JSON.stringify(payload) })],
    ['asks what is its own', (_event, payload) => (Object.hasOwn(payload, 'x') ? undefined : momentOf(payload))],
    ['copies the environment', (_event, payload, given) => momentOf({ ...given, ...payload })],
    [
      'does so and hides it',
      (_event, payload) => {
        try {
          Object.keys(payload)
        } catch {}
        return momentOf({ id: 'x' })
      },
    ],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ])('is not known of one that %s', (_what, parse) => {
    expect(trace(parse)).toBeUndefined()
  })

  for (const { id, folder, fixtures } of hostPackages()) {
    it(`${id}: makes the same moment of every recorded payload, with and without what was not read`, async () => {
      const adapter = await loadAdapter(folder)
      let edits = 0
      for (const { event, text } of fixtures) {
        const payload = JSON.parse(text) as JsonObject
        const moment = adapter.parse(event, payload, env)
        const traced = traceCall(adapter, { event, payload, env })
        expect(traced?.moment, event).toEqual(JSON.stringify(moment))
        expect(adapter.parse(event, payloadOf(traced?.reads.payload ?? []), env), event).toEqual(moment)
        if (moment?.paths !== undefined) edits += 1
        const ids = traced?.reads.payload.filter(([, value]) => value === moment?.sessionId) ?? []
        if (moment !== undefined) expect(ids.length, event).toBeGreaterThan(0)
      }
      expect(edits).toBeGreaterThan(0)
    })

    it(`${id}: names the session among the first values of its payloads, where the starter looks for it`, async () => {
      const adapter = await loadAdapter(folder)
      for (const { event, text } of fixtures) {
        const payload = JSON.parse(text) as JsonObject
        const moment = adapter.parse(event, payload, env)
        if (moment?.paths === undefined) continue
        const names = Object.values(payload).filter((value) => typeof value === 'string' && !value.includes('/'))
        expect(names.slice(0, 3), event).toContain(moment.sessionId)
        expect(isObject(payload)).toBe(true)
      }
    })
  }
})
