import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faults, readModules } from '../scripts/structure.mjs'

const root = join(import.meta.dirname, '..')
let place: string

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'rally-imports-'))
  cpSync(join(root, '.dependency-cruiser.cjs'), join(place, '.dependency-cruiser.cjs'))
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Rules that a planted module breaks. */
function brokenBy(file: string, source: string): string[] {
  rmSync(join(place, 'packages'), { recursive: true, force: true })
  const modules = {
    'packages/core/dist/errors.js': '',
    'packages/local/dist/index.js': '',
    'packages/installer/dist/index.js': '',
    'packages/host-a/dist/adapter.js': '',
    'packages/cli/dist/compose.js': '',
    [file]: source,
  }
  for (const [path, text] of Object.entries(modules)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  const program = join(root, 'node_modules/.bin/depcruise')
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'packages']
  const { summary } = JSON.parse(spawnSync(program, args, { cwd: place, encoding: 'utf8' }).stdout)
  expect(summary.totalCruised).toBeGreaterThan(4)
  return summary.violations.map((violation: { rule: { name: string } }) => violation.rule.name)
}

it.each([
  ['packages/core/dist/x.js', `import 'node:fs'`, 'core-does-no-io'],
  ['packages/core/dist/x.js', `import '../../local/dist/index.js'`, 'core-imports-nothing-above'],
  ['packages/core/dist/rules/x.js', `import 'zod'`, 'zod-only-in-the-model'],
  ['packages/local/dist/x.js', `import '../../installer/dist/index.js'`, 'floor-2-not-sideways'],
  ['packages/local/dist/x.js', `import '../../cli/dist/compose.js'`, 'floor-2-not-up'],
  ['packages/host-a/dist/x.js', `import '../../core/dist/errors.js'`, 'plugins-import-core-as-types-only'],
  ['packages/hook/dist/x.js', `import 'zod'`, 'hook-has-no-dependency'],
  ['packages/installer/dist/x.js', `import '@oclif/core'`, 'only-the-cli-knows-oclif'],
  ['packages/local/dist/x.js', `import 'tsyringe'`, 'one-composition-root'],
  ['packages/core/dist/x.js', `import './x.js'`, 'no-cycle'],
])('%s with %s breaks %s', (file, source, rule) => {
  expect(brokenBy(file, source)).toContain(rule)
})

it('lets imports go down', () => {
  expect(brokenBy('packages/local/dist/x.js', `import '../../core/dist/errors.js'\nimport 'node:fs'`)).toEqual([])
})

/** Faults of sources among which one is planted. */
function faultsOf(file: string, source: string): string[] {
  rmSync(join(place, 'packages'), { recursive: true, force: true })
  const modules = {
    'packages/core/src/index.ts': `export * from './model/word.js'`,
    'packages/core/src/model/word.ts': 'export type Word = string',
    'packages/core/src/rules/say.ts': `import type { Word } from '../model/word.js'`,
    'packages/local/src/index.ts': `import type { Word } from '@rally/core/model/word'`,
    'packages/installer/src/index.ts': '',
    'packages/cli/src/compose.ts': `import { open } from '@rally/local'`,
    [file]: source,
  }
  for (const [path, text] of Object.entries(modules)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  return faults(readModules(place))
}

it.each([
  ['packages/core/src/x.ts', `import type { A } from '@rally/local'`, 'core must not import local'],
  ['packages/local/src/x.ts', `import type { A } from '@rally/installer'`, 'local must not import installer'],
  ['packages/local/src/x.ts', `export type { A } from '../../cli/src/compose.js'`, 'local must not import cli'],
  [
    'packages/core/src/model/x.ts',
    `import {\n  type A,\n} from '../rules/say.js'`,
    "core's model must not import its rules",
  ],
  ['packages/core/src/model/word.ts', `import type { X } from './word.js'`, 'a circle'],
  ['packages/local/src/x.ts', `const x = await import('@rally/cli/compose')`, 'local must not import cli'],
  ['packages/attic/src/x.ts', '', 'attic stands on no floor'],
])('%s with %s: %s', (file, source, fault) => {
  expect(faultsOf(file, source).join('\n')).toContain(fault)
})

it('finds nothing wrong where imports go down', () => {
  expect(faultsOf('packages/cli/src/x.ts', `import type { A } from '@rally/core'`)).toEqual([])
})
