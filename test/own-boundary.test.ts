import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const RALLY = join(root, 'packages/cli/bin/rally.cjs')

function rally(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: tmpdir(), XDG_CACHE_HOME: join(tmpdir(), 'rally-golden-cache') }
  const { status, stdout } = spawnSync(process.execPath, [RALLY, ...args, '--json'], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, json: JSON.parse(stdout) }
}

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '')

describe('the manifest of this repository', () => {
  it('holds', () => {
    const { status, json } = rally('boundary', '--repo', '.', '--check')
    expect(json.findings).toEqual([])
    expect([status, json.ok]).toEqual([0, true])
    expect(json.files_checked).toBeGreaterThan(300)
    expect(json.plugins).toEqual(readdirSync(join(root, 'packages')).sort())
  })

  it('names every file of every package, so that a copy of the list is the whole package', () => {
    for (const name of readdirSync(join(root, 'packages'))) {
      const listed = new Set<string>(rally('boundary', '--list', name).json.files)
      expect(listed.size, name).toBeGreaterThan(4)
      const left = tracked.filter((path) => path.startsWith(`packages/${name}/`) && !listed.has(path))
      expect(left, `plugin_boundary.json does not say that these belong to ${name}`).toEqual([])
    }
  })
})

/** Spellings of imports that a package of this repository must not have; each in a file of its own. */
const PLANTED: readonly (readonly [place: string, source: string])[] = [
  ['core/src/a.ts', `import { openRoom } from '@rally/local'`],
  ['core/src/b.ts', `import type { OpenRoom } from '@rally/local'`],
  ['core/src/c.ts', `export * from '@rally/local/open-room'`],
  ['core/src/d.ts', `const fs = await import('node:fs')`],
  ['core/src/e.ts', `import fs = require('fs')`],
  ['core/src/rules/f.ts', `import {\n  readFileSync,\n} from\n  'fs'`],
  ['core/src/usecases/g.ts', `type Fs = typeof import('node:fs')`],
  ['core/src/h.cjs', `const load = require\nload('node:child_process')`],
  ['core/src/i.mjs', `import { createRequire } from 'node:module'\ncreateRequire(import.meta.url)('@oclif/core')`],
  ['core/src/j.tsx', `/// <reference types="@rally/local" />\nimport '@rally/cli/dist/rally.js'`],
  ['local/src/k.ts', `const z = import(\`zod\`)`],
  ['local/src/l.ts', `require.resolve('@rally/cli')`],
  ['local/src/m.ts', `import.meta.resolve('@oclif/core/command')`],
  ['hook/src/n.ts', `import /* z */ { z } from /* 'node:fs' */ 'zod'`],
  ['hook/src/o.ts', `export { z as schema } from 'zod'`],
  ['installer/src/p.ts', `new Worker(new URL('@rally/local', import.meta.url)); require('@rally/' + 'local')`],
  ['host-codex/src/q.ts', `import '@rally/host-cursor'`],
  ['host-buildloop/src/r.ts', `import { resolve } from '@rally/local/discovery/slug'`],
  ['transport-nats/src/s.ts', `export type { OpenRoom } from "@rally/local"`],
  ['cli/src/t.ts', `const adapter = await import('@rally/host-gemini/dist/adapter.cjs')`],
]

describe('a planted import that is forbidden', () => {
  const copy = mkdtempSync(join(tmpdir(), 'rally planted '))
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it('is found in a copy of this repository, whatever its spelling', () => {
    for (const path of tracked) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      cpSync(join(root, path), join(copy, path))
    }
    execFileSync('git', ['init', '-q'], { cwd: copy })
    for (const [place, source] of PLANTED) writeFileSync(join(copy, 'packages', place), `${source}\n`)
    const { status, json } = rally('boundary', '--repo', copy, '--check')
    expect(status).toBe(1)
    expect(json.ok).toBe(false)
    const found = new Set<string>(json.findings.map(({ path }: { path: string }) => path))
    expect([...found].sort()).toEqual(PLANTED.map(([place]) => `packages/${place}`).sort())
  })

  it('is what the check for people names, with its line', () => {
    const env = { PATH: process.env.PATH, HOME: tmpdir() }
    const { status, stdout } = spawnSync(process.execPath, [RALLY, 'boundary', '--repo', copy, '--check'], {
      env,
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stdout).toContain('packages/hook/src/o.ts: line 1 imports zod')
    expect(readFileSync(join(copy, 'plugin_boundary.json'), 'utf8')).toContain('"host-codex"')
  })
})
