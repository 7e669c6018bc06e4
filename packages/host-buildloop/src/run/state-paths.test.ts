import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { staysInside } from './state-paths.js'

let folder: string
let root: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally paths ')))
  root = join(folder, 'repo')
  mkdirSync(join(root, '.build-loop'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('what is there, what is not yet there, and the root itself stay inside', () => {
  writeFileSync(join(root, 'file'), '')
  for (const path of ['', 'file', 'file/below', '.build-loop/runs/x', 'none/at/all']) {
    expect(staysInside(join(root, path), [root]), path).toBe(true)
  }
  expect(staysInside(folder, [root])).toBe(false)
  expect(staysInside(`${root}-two/x`, [root])).toBe(false)
})

it('links stay inside when they end there; one that leads out, in a circle or nowhere does not', () => {
  const links = { in: join(root, '.build-loop'), out: folder, nowhere: join(folder, 'none'), circle: 'circle' }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name))
  const answers = Object.keys(links).map((name) => [name, staysInside(join(root, name, 'x'), [root])])
  expect(Object.fromEntries(answers)).toEqual({ in: true, out: false, nowhere: false, circle: false })
})

it('a lock that another process takes and gives back all the time is never taken for a link', async () => {
  const lock = join(root, '.build-loop', 'state.json.lock')
  const program = `const { writeFileSync, rmSync } = require('node:fs')
    for (;;) { writeFileSync(process.argv[1], ''); rmSync(process.argv[1]) }`
  const other = spawn(process.execPath, ['-e', program, lock], { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    const seen = { there: 0, gone: 0 }
    while (Math.min(seen.there, seen.gone) < 500) {
      seen[existsSync(lock) ? 'there' : 'gone'] += 1
      for (let i = 0; i < 10; i++) expect(staysInside(lock, [root])).toBe(true)
    }
  } finally {
    other.kill('SIGKILL')
    await new Promise((resolve) => other.on('close', resolve))
  }
})
