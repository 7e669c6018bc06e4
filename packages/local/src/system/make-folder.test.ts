import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.js'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'rally-folder-'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

it('makes what is missing, private, and takes what is there', () => {
  makeFolder(join(place, 'a', 'b', 'c'))
  makeFolder(join(place, 'a', 'b', 'c'))
  expect(statSync(join(place, 'a', 'b')).mode & 0o777).toBe(0o700)
})

it('says so when a file is in the way', () => {
  writeFileSync(join(place, 'file'), '')
  expect(() => makeFolder(join(place, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(place, 'file', 'below'))).toThrow('ENOTDIR')
})

it.runIf(process.platform === 'linux')('ends where a file system takes no folders', () => {
  expect(() => makeFolder('/proc/nowhere/deep')).toThrow('ENOENT')
})

it('agrees with others that make the same folders at the same instant', async () => {
  const module = new URL('../../dist/system/make-folder.js', import.meta.url).href
  const script = `import { makeFolder } from ${JSON.stringify(module)}
    while (Date.now() < ${Date.now() + 400}) {}
    for (let n = 0; n < 400; n++) makeFolder(process.argv[1] + '/' + n + '/b/c/d')`
  const codes = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ['--conditions=rally-internal', '--input-type=module', '-e', script, place], {
      stdio: 'inherit',
    })
    return new Promise((resolve) => child.on('close', resolve))
  })
  expect(await Promise.all(codes)).toEqual([0, 0, 0, 0])
})
