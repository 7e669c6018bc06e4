import assert from 'node:assert/strict'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import { damage, randomNumbers } from './host/damage.js'
import type { TestRunner } from './test-runner.js'

/** What is needed of a schema; zod's fit. */
export interface PayloadSchema {
  safeParse(value: unknown): { readonly success: boolean }
}

/** The schemas of a host's payloads, and payloads to hold against them. */
export interface PayloadSchemaOptions {
  /** One for each event that the adapter understands. */
  readonly schemas: Readonly<Record<string, PayloadSchema>>
  /** Recorded payloads of any event. */
  readonly payloads: ReadonlyArray<{ readonly name: string; readonly payload: JsonObject }>
}

/** Copies of each payload: as it is, renamed to the event, and damaged ones. */
const ROUNDS = 60

/**
 * An adapter reads payloads with plain readers, because schemas would be loaded at every edit; the schemas stay the
 * definition. Both have to accept and refuse the same, for recorded payloads and for damaged copies of them.
 *
 * @param factory the plugin's export, `(api) => adapter`
 */
export function payloadSchemas(
  { describe, it }: TestRunner,
  factory: HostAdapterFactory,
  { schemas, payloads }: PayloadSchemaOptions,
): void {
  describe('payload schemas', () => {
    const adapter = factory(createHostApi())
    const random = randomNumbers(42)

    for (const [event, schema] of Object.entries(schemas)) {
      it(`${event}: readers accept and refuse what the schema does`, () => {
        let accepted = 0
        for (const { name, payload } of payloads) {
          const renamed = { ...payload, ['hook_event_name' in payload ? 'hook_event_name' : 'event']: event }
          for (let round = 0; round < ROUNDS; round++) {
            const candidate = round === 0 ? payload : round === 1 ? renamed : damage(renamed, random)
            const fits = schema.safeParse(candidate).success
            accepted += fits ? 1 : 0
            const read = adapter.parse(event, candidate, {}) !== undefined
            assert.equal(read, fits, `${name}: ${JSON.stringify(candidate)}`)
          }
        }
        assert.ok(accepted > 0, 'no payload fits the schema')
      })
    }
  })
}
