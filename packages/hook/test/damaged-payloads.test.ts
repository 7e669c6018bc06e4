import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter, HostAdapterFactory } from '@rally/core/ports/host'
import { isObject, type JsonObject } from '@rally/core/readers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actMoment } from '../src/act.js'
import { callHook, hostPackages, installProgram } from './program.js'
import { Scratch } from './scratch.js'

let scratch: Scratch
let program = ''
beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  await installProgram(program)
})
afterAll(() => scratch.remove())

async function loadAdapter(folder: string): Promise<HostAdapter> {
  const module = (await import(pathToFileURL(join(folder, 'dist/adapter.js')).href)) as { default: HostAdapterFactory }
  return module.default(createHostApi())
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', '..', '/', '\0', '\ud800', '../../etc/passwd', '*** Update File: x', 'x'.repeat(3000)),
)

/** A payload with some of its values, at any depth, replaced or left out. */
function damaged(payload: JsonObject): fc.Arbitrary<JsonObject> {
  const places = placesOf(payload)
  const change = fc.record({ place: fc.nat(places.length - 1), value: fc.option(odd, { nil: undefined }) })
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(payload)
    for (const { place, value } of changes) put(copy, places[place] ?? [], value)
    return copy
  })
}

function placesOf(value: JsonObject, path: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, item]) => [
    [...path, key],
    ...(isObject(item) ? placesOf(item, [...path, key]) : []),
  ])
}

function put(target: JsonObject, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return
  const inner = target[key]
  if (rest.length > 0) {
    if (isObject(inner)) put(inner, rest, value)
  } else if (value === undefined) delete target[key]
  else target[key] = value
}

describe('damaged payloads', () => {
  for (const { id, folder, fixtures } of hostPackages()) {
    it(`${id}: the answer is empty or one JSON object, whatever a payload holds`, async () => {
      const adapter = await loadAdapter(folder)
      const cases = fixtures.map(({ event, text }) => ({
        event,
        payload: JSON.parse(text.replaceAll('/home/dev/project', scratch.repo)) as JsonObject,
      }))
      const any = fc
        .constantFrom(...cases)
        .chain(({ event, payload }) => fc.tuple(fc.constant(event), damaged(payload)))
      fc.assert(
        fc.property(any, ([event, payload]) => {
          const moment = adapter.parse(event, payload, scratch.env)
          if (moment === undefined) return
          const outputs: string[] = []
          const steps = actMoment({
            moment,
            adapter,
            env: scratch.env,
            now: Date.now() / 1000,
            machine: () => 'here',
            hookPid: process.pid,
            write(reply) {
              outputs.push(adapter.render(moment, reply).stdout)
              return true
            },
          })
          let step = steps.next()
          while (step.done !== true) step = steps.next()
          expect(outputs).toHaveLength(1)
          if (outputs[0] !== '') expect(isObject(JSON.parse(outputs[0] ?? ''))).toBe(true)
          expect(step.value).not.toMatch(/TypeError|ReferenceError|RangeError/)
        }),
        { numRuns: 120 },
      )
    })

    it(`${id}: the executable exits 0 on bytes that are cut or turned around`, () => {
      const text = fixtures[0]?.text ?? '{}'
      const event = fixtures[0]?.event ?? 'x'
      const inputs = [
        text.slice(0, text.length >> 1),
        text.split('').reverse().join(''),
        `${text}${text}`,
        text.replaceAll('"', "'"),
      ]
      for (const input of inputs) {
        const { status, stdout, stderr } = callHook(program, [id, event], {
          env: scratch.env,
          input,
          cwd: scratch.repo,
        })
        expect([status, stderr]).toEqual([0, ''])
        if (stdout !== '') expect(isObject(JSON.parse(stdout))).toBe(true)
      }
    })
  }
})
