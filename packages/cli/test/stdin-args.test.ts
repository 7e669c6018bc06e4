import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

// oclif takes a word that is missing from standard input, if something comes soon enough: what hosts and scripts leave there is no word.

let root: string
beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-stdin-')))
  execFileSync('git', ['init', '-q', join(root, 'shop')])
})
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

it.each([['why'], ['sent'], ['stop'], ['release'], ['tell', 'all'], ['reply'], ['completion']])(
  'rally %s takes no word from standard input',
  (...words) => {
    const run = (input: string) => {
      const { status, stdout } = runRally([...words, '--json'], {
        cwd: join(root, 'shop'),
        env: cleanEnv(join(root, 'home')),
        input,
      })
      return { status, stdout: stdout.replace(/[0-9]+/g, 'N') }
    }
    const without = run('')
    for (let again = 0; again < 3; again++) expect(run('{}')).toEqual(without)
  },
)
