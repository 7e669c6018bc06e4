import fs from 'node:fs'
import { damage, randomNumbers } from '@rally/conformance/host/damage'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import factory from './adapter.js'
import { PAYLOAD_SCHEMAS } from './payload-schema.js'

const folders = ['../fixtures/', '../test/fixtures/'].map((name) => new URL(name, import.meta.url))
const payloads = folders.flatMap((folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.includes('_env'))
    .map((name) => ({ name, payload: JSON.parse(fs.readFileSync(new URL(name, folder), 'utf8')) })),
)

describe('payload schemas', () => {
  const adapter = factory(createHostApi())
  const random = randomNumbers(42)

  for (const [event, schema] of Object.entries(PAYLOAD_SCHEMAS)) {
    it(`${event}: readers accept and refuse what the schema does`, () => {
      let accepted = 0
      for (const { name, payload } of payloads) {
        const field = 'hook_event_name' in payload ? 'hook_event_name' : 'event'
        const renamed = { ...payload, [field]: event }
        for (let round = 0; round < 60; round++) {
          const candidate = round === 0 ? payload : round === 1 ? renamed : damage(renamed, random)
          const fits = schema.safeParse(candidate).success
          accepted += fits ? 1 : 0
          const moment = adapter.parse(event, candidate, {})
          expect(moment !== undefined, `${name}: ${JSON.stringify(candidate)}`).toBe(fits)
        }
      }
      expect(accepted).toBeGreaterThan(0)
    })
  }
})
