import { createHash } from 'node:crypto'
import { createHostApi } from '@rally/core/moments'
import { expect, test } from 'vitest'
import factory from '../src/adapter.js'

/** The form that Codex 0.169.0 hashes: event in snake case, one handler with its defaults, keys sorted. */
function hashOf(event: string, value: { matcher?: string; hooks: { command: string; timeout: number }[] }): string {
  const [handler] = value.hooks
  const definition = {
    event_name: event.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase(),
    hooks: [{ async: false, command: handler?.command, timeout: handler?.timeout, type: 'command' }],
    matcher: value.matcher,
  }
  return `sha256:${createHash('sha256').update(JSON.stringify(definition)).digest('hex')}`
}

test('the hashes are those of the entries as they are', () => {
  for (const file of factory(createHostApi()).configFiles) {
    const values = file.trust?.find((rule) => rule.perEntry)?.values
    const computed = file.entries.map((entry) => [
      entry.event,
      hashOf(entry.event, JSON.parse(JSON.stringify(entry.value))),
    ])
    expect(values).toEqual(Object.fromEntries(computed))
  }
})
