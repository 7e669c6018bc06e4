import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'

it('the host tables and templates are those of the adapters', () => {
  const script = path.resolve(import.meta.dirname, '../scripts/host-docs.mjs')
  const done = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect(done.stderr).toBe('')
  expect(done.status).toBe(0)
})
