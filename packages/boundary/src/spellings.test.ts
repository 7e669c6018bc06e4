import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkBoundary } from './check-boundary.js'
import { createSourceTree } from './git-source-tree.js'

let repo: string
beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), 'rally boundary ü '))
})
afterEach(() => rmSync(repo, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repo, path)), { recursive: true })
  writeFileSync(join(repo, path), text)
}

async function findings(file: string, source: string, forbidden: string): Promise<string[]> {
  write('SKILL.md', 'x')
  write('scripts/_paths.py', '')
  write('parent/secret.ts', '')
  write(file, source)
  const manifest = {
    schema_version: '1.0',
    plugins: {
      p: { purpose: 'x', skill_entrypoints: ['SKILL.md'], owns: ['src/**'], forbidden_parent_imports: [forbidden] },
    },
  }
  const report = await checkBoundary(
    manifest,
    createSourceTree(repo, async () => undefined),
  )
  expect(report.files_checked).toBe(1)
  return report.findings.map((finding) => finding.path)
}

const PARENT = 'parent/secret.ts'
const typescript: readonly [string, string, string][] = [
  ['import', `import { a } from '../parent/secret.js'`, PARENT],
  ['import for its effects', `import '../parent/secret'`, PARENT],
  ['type-only import', `import type { A } from '../parent/secret.js'`, PARENT],
  ['import over several lines', `import {\n  a,\n  b,\n} from\n  '../parent/secret.js'`, PARENT],
  ['re-export', `export { a } from '../parent/secret.js'`, PARENT],
  ['re-export of everything', `export * as x from '../parent/secret.js'`, PARENT],
  ['dynamic import', `const a = await import('../parent/secret.js')`, PARENT],
  ['dynamic import of a template', 'const a = await import(`../parent/secret.js`)', PARENT],
  ['dynamic import of a sum', `const a = import('../par' + 'ent/secret.js')`, PARENT],
  ['import type expression', `let a: import('../parent/secret.js').A`, PARENT],
  ['import equals require', `import a = require('../parent/secret.js')`, PARENT],
  ['require', `const a = require('../parent/secret')`, PARENT],
  ['require through createRequire', `const load = createRequire(import.meta.url)\nload('../parent/secret.js')`, PARENT],
  ['createRequire called at once', `createRequire(import.meta.url)('../parent/secret.js')`, PARENT],
  ['a renamed require', `const r = require\nr('../parent/secret.js')`, PARENT],
  ['require.resolve', `require.resolve('../parent/secret.js')`, PARENT],
  ['import.meta.resolve', `import.meta.resolve('../parent/secret.js')`, PARENT],
  ['a worker', `new Worker(new URL('../parent/secret.js', import.meta.url))`, PARENT],
  ['a reference directive', `/// <reference path="../parent/secret.ts" />\n`, PARENT],
  ['behind a comment', `import /* x */ { a } from /* '../ok' */ '../parent/secret.js'`, PARENT],
  ['a folder', `import '../parent/secret.js'`, 'parent/**'],
  ['a package', `import { Command } from '@oclif/core/command'`, '@oclif/core'],
  ['a built-in without its prefix', `import fs from 'fs'`, 'node:fs'],
  ['a subpath of a built-in', `import fs from 'node:fs/promises'`, 'fs'],
]

const python: readonly [string, string][] = [
  ['import', 'import _paths'],
  ['import among others', 'import os, _paths'],
  ['import under another name', 'import _paths as p'],
  ['dotted import', 'import scripts._paths'],
  ['from', 'from _paths import x'],
  ['from the parent', 'from scripts import _paths'],
  ['from the parent, in parentheses', 'from scripts import (\n  other,\n  _paths as p,\n)'],
  ['continued line', 'from scripts import \\\n  _paths'],
  ['indented', 'def f():\n    import _paths'],
  ['behind a semicolon', 'x = 1; import _paths'],
  ['importlib', 'import importlib\nimportlib.import_module("_paths")'],
  ['__import__', '__import__("scripts._paths")'],
  ['by path', 'spec_from_file_location("p", ROOT / "scripts/_paths.py")'],
]

describe('spellings of a forbidden import', () => {
  it.each(typescript)('TypeScript: %s', async (_name, source, forbidden) => {
    expect(await findings('src/a.ts', source, forbidden)).toEqual(['src/a.ts'])
  })
  it('CommonJS and JSX files are read, too', async () => {
    expect(await findings('src/a.cjs', `const a = require("../parent/secret")`, PARENT)).toEqual(['src/a.cjs'])
  })
  it.each(python)('Python: %s', async (_name, source) => {
    expect(await findings('src/b.py', source, 'scripts/_paths.py')).toContain('src/b.py')
  })
})

describe('what is no import', () => {
  it.each([
    ['a string', `const a = "import '../parent/secret.js'"`],
    ['a comment', `// import '../parent/secret.js'`],
    ['a neighbour with a longer name', `import '../parent/secret-other.js'`],
    ['a package whose name begins alike', `import '@oclif/core-other'`],
  ])('TypeScript: %s', async (_name, source) => {
    expect(await findings('src/a.ts', source, PARENT)).toEqual([])
    expect(await findings('src/a.ts', source, '@oclif/core')).toEqual([])
  })
  it.each([
    ['a docstring', '"""\nimport _paths\n"""'],
    ['a comment', '# import _paths'],
    ['a longer name', 'import _paths_other'],
  ])('Python: %s', async (_name, source) => {
    expect(await findings('src/b.py', source, 'scripts/_paths.py')).toEqual([])
  })
})

describe('a relative path into another package is an import of that package', () => {
  beforeEach(() => {
    write('src/package.json', '{"name":"@demo/p"}')
    write('parent/package.json', '{"name":"@demo/parent"}')
  })

  const spellings = typescript.filter(([, , forbidden]) => forbidden === PARENT)
  it('in many spellings', () => expect(spellings.length).toBeGreaterThan(15))
  it.each(spellings)('TypeScript: %s', async (_name, source) => {
    expect(await findings('src/a.ts', source, '@demo/parent')).toEqual(['src/a.ts'])
    expect(await findings('src/a.ts', source, '@demo/paren')).toEqual([])
  })
  it.each([
    ['its folder', `import '../parent'`],
    ['through node_modules', `import '../node_modules/@demo/parent/dist/index.js'`],
  ])('%s', async (_name, source) => {
    expect(await findings('src/a.ts', source, '@demo/parent')).toEqual(['src/a.ts'])
  })
  it('not one that stays in its own package', async () => {
    expect(await findings('src/deep/a.ts', `import '../b.js'`, '@demo/p')).toEqual([])
  })
  it('each of several', async () => {
    const path = `'../parent/secret.js'`
    const source = `import ${path}\nimport(${path})\nrequire(${path})\nexport * from ${path}\nimport type { A } from ${path}`
    expect(await findings('src/a.ts', source, '@demo/parent')).toHaveLength(5)
  })
})
