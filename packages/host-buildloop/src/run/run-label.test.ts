import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runLabel } from './run-label.js'

interface Vector {
  args: [tool: string, runId: string, startedAt: string]
  returns: string
}
const file = new URL('../../../../test/golden/vectors/run_label.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }

it.each(vectors)('is as it was recorded: $args', ({ args, returns }) => {
  expect(runLabel(...args)).toBe(returns)
})
