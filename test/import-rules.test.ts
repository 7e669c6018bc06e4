import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

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
