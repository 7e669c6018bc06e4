import { describe, expect, it } from 'vitest'
import { checkBoundary } from './check-boundary.js'
import { listPluginFiles } from './list-plugin-files.js'
import type { SourceTree } from './source-tree.js'

/** Files with the specifiers they import, one a line; undefined where the language is not parsed. */
function treeOf(files: Readonly<Record<string, readonly string[] | undefined>>): SourceTree {
  return {
    files: async () => Object.keys(files).sort(),
    readText: async (path) => (path.endsWith('.gone') ? undefined : `text of ${path}`),
    imports: async (path) => files[path]?.map((specifier, index) => ({ specifier, line: index + 1 })),
  }
}

const plugin = (more: object = {}) => ({ purpose: 'p', skill_entrypoints: ['skill.md'], ...more })
const check = (plugins: unknown, files: Readonly<Record<string, readonly string[] | undefined>> = {}) =>
  checkBoundary({ plugins }, treeOf({ 'skill.md': undefined, ...files }))
const shapes = async (plugins: unknown) =>
  (await check(plugins)).findings.map(({ path, message }) => `${path}: ${message}`)

describe('the shape of a manifest', () => {
  it('is fine when everything is there', async () => {
    const report = await check({ b: plugin({ docs: ['skill.md'] }), a: plugin() })
    expect(report).toEqual({
      ...{ schema_version: '1.0', plugins: ['a', 'b'], ok: true, findings: [], files_checked: 0 },
      skill_entrypoints: { a: ['skill.md'], b: ['skill.md'] },
    })
    expect((await checkBoundary({ schema_version: '2', plugins: {} }, treeOf({}))).schema_version).toBe('2')
  })

  it.each([undefined, null, [], 'x', { plugins: [] }, { plugins: 'x' }])('%j has no plugins', async (manifest) => {
    const report = await checkBoundary(manifest, treeOf({}))
    expect(report).toMatchObject({ ok: false, plugins: [], schema_version: '1.0' })
    expect(report.findings).toEqual([{ severity: 'error', path: 'plugins', message: 'plugins must be an object' }])
  })

  it('is a finding when nothing can be checked', async () => {
    expect(await shapes({})).toEqual(['plugins: there is no plugin, so nothing was checked'])
    expect(await shapes({ a: plugin({ owns: ['skill.md'], forbidden_parent_imports: ['x'] }) })).toEqual([
      'plugins: imports are forbidden, but no source file was there to check',
    ])
  })

  it('names each fault where it is', async () => {
    expect(await shapes({ a: 'x', b: plugin() })).toEqual(['plugins.a: plugin spec must be an object'])
    expect(await shapes({ a: { purpose: '  ', skill_entrypoints: [] } })).toEqual([
      'plugins.a.purpose: purpose is required',
      'plugins.a.skill_entrypoints: native build-loop skill entrypoint is required',
    ])
    expect(await shapes({ a: plugin({ owns: 'src' }) })).toEqual([
      'plugins.a.owns: field must be a list of repo-relative paths',
    ])
    expect(await shapes({ a: plugin({ docs: ['skill.md', ' ', 5, 'gone.md', 'x/*.md'] }) })).toEqual([
      'plugins.a.docs: path entries must be non-empty strings',
      'plugins.a.docs: path entries must be non-empty strings',
      'plugins.a.docs: no files matched gone.md',
      'plugins.a.docs: no files matched x/*.md',
    ])
  })

  it.each([
    'skill_entrypoints',
    'owns',
    'compatibility_entrypoints',
    'build_loop_adapters',
    'docs',
    'grouped_dependencies',
    'tests',
  ])('%s names files that exist', async (field) => {
    expect(await shapes({ a: plugin({ [field]: ['gone'] }) })).toEqual([`plugins.a.${field}: no files matched gone`])
  })
})

it('one import statement is one finding, whatever it takes', async () => {
  const specifiers = ['_paths', '_paths.x', '_paths.y', 'os', 'os.path']
  const lines = [3, 3, 3, 3, 4]
  const tree: SourceTree = {
    files: async () => ['skill.md', 'src/a.py'],
    readText: async () => 'x',
    imports: async (path) =>
      path.endsWith('.py') ? specifiers.map((specifier, at) => ({ specifier, line: lines[at] ?? 0 })) : undefined,
  }
  const spec = plugin({ owns: ['src/**'], forbidden_parent_imports: ['scripts/_paths.py', 'os.py'] })
  const { findings } = await checkBoundary({ plugins: { a: spec } }, tree)
  expect(findings.map(({ message }) => message)).toEqual([
    'line 3 imports _paths, which is forbidden (scripts/_paths.py)',
    'line 3 imports os, which is forbidden (os.py)',
    'line 4 imports os.path, which is forbidden (os.py)',
  ])
})

describe('forbidden imports', () => {
  const found = async (forbidden: string, file: string, ...specifiers: string[]) => {
    const spec = plugin({ owns: [file], forbidden_parent_imports: [forbidden] })
    const { findings } = await check({ a: spec }, { [file]: specifiers })
    return findings.map(({ message }) => specifiers[Number(/^line (\d+)/.exec(message)?.[1]) - 1])
  }

  it('are told with file, line and the rule they break', async () => {
    const spec = plugin({ owns: ['src/**'], forbidden_parent_imports: ['@rally/cli', 'left-pad'] })
    const report = await check({ a: spec }, { 'src/b.ts': ['node:fs', 'left-pad'], 'src/a.ts': ['@rally/cli/x'] })
    expect(report.findings).toEqual([
      { severity: 'error', path: 'src/a.ts', message: 'line 1 imports @rally/cli/x, which is forbidden (@rally/cli)' },
      { severity: 'error', path: 'src/b.ts', message: 'line 2 imports left-pad, which is forbidden (left-pad)' },
    ])
    expect(report).toMatchObject({ ok: false, files_checked: 2 })
  })

  it('are allowed in tests, and not looked for in what is not parsed or not there', async () => {
    const spec = plugin({ owns: ['src'], tests: ['src/*.test.ts'], forbidden_parent_imports: ['x'] })
    const files = { 'src/a.test.ts': ['x'], 'src/a.md': undefined, 'src/a.gone': ['x'], 'src/b.ts': ['y'] }
    expect(await check({ a: spec, b: plugin({ owns: ['src/b.ts'] }) }, files)).toMatchObject({
      ...{ ok: true, findings: [], files_checked: 1 },
    })
  })

  it('of a package hold for its subpaths, with and without node:', async () => {
    expect(await found('fs', 'src/a.ts', 'fs', 'node:fs', 'fs/promises', 'fs-extra', './fs')).toEqual([
      ...['fs', 'node:fs', 'fs/promises'],
    ])
    expect(await found('node:fs', 'src/a.ts', 'fs', 'node:fs', 'fs?raw')).toEqual(['fs', 'node:fs', 'fs?raw'])
  })

  it('of a path hold for references from wherever they start, with any ending or none', async () => {
    const file = 'packages/a/src/x.ts'
    const yes = ['../../cli/src/run.js', '../../cli/src/run', '../../cli/src/run.ts?x', '/packages/cli/src/run.d.ts']
    const no = ['../cli/src/run', './run', '../../cli/src/runner', '../../../../packages/cli/src/run', 'run']
    expect(await found('packages/cli/src/run.ts', file, ...yes, ...no)).toEqual(yes)
    expect(await found('packages/cli', file, '../../cli', '../../cli/', '../../cli/deep/x.js', '../../cli2')).toEqual([
      ...['../../cli', '../../cli/', '../../cli/deep/x.js'],
    ])
    expect(await found('packages/a/src', file, '.', './y', '..')).toEqual(['.', './y'])
    expect(await found('./packages//a/src/index.ts', file, '.', './index', './')).toEqual(['.', './index', './'])
  })

  it('of a glob hold for what it matches, endings and index files left out', async () => {
    const file = 'src/a.ts'
    expect(await found('lib/*.ts', file, '../lib/x', '../lib/x.ts', '../lib/deep/x', '../lib')).toEqual([
      ...['../lib/x', '../lib/x.ts', '../lib'],
    ])
    expect(await found('lib/*/index.js', file, '../lib/x', '../lib/x/index', '../lib/x/other')).toEqual([
      ...['../lib/x', '../lib/x/index'],
    ])
    // A glob is no package.
    expect(await found('lib*', file, 'lib*')).toEqual([])
  })

  it('of a Python file hold for its module, relative ones too, in Python only', async () => {
    const rule = 'scripts/_paths.py'
    const yes = ['_paths', '_paths.sub', 'scripts._paths', 'scripts._paths.x', '._paths']
    expect(await found(rule, 'scripts/a.py', ...yes, '_paths2', '.other', '..scripts._paths')).toEqual([
      ...yes,
      '..scripts._paths',
    ])
    expect(await found(rule, 'scripts/deep/a.py', '.._paths', '._paths', '..')).toEqual(['.._paths'])
    expect(await found(rule, 'scripts/a.py', 'scripts/_paths.py', '_paths.py', '/x/scripts/_paths.py', 'o.py')).toEqual(
      [...['scripts/_paths.py', '_paths.py', '/x/scripts/_paths.py']],
    )
    expect(await found(rule, 'scripts/a.ts', '_paths', './_paths.py')).toEqual(['./_paths.py'])
    expect(await found('lib/kit/__init__.py', 'x.py', 'lib.kit', 'kit', 'lib', 'lib.kit.y')).toEqual([
      ...['lib.kit', 'kit', 'lib.kit.y'],
    ])
  })
})

describe('what an extraction copies', () => {
  const tree = treeOf({ 'a.md': undefined, 'b/x.ts': [], 'b/y.ts': [], 'c.ts': [] })
  const FIELDS = ['owns', 'skill_entrypoints', 'compatibility_entrypoints', 'docs', 'grouped_dependencies', 'tests']

  it.each([...FIELDS, 'stable_interfaces'])('holds the files of %s, each once, sorted', async (field) => {
    const manifest = { plugins: { p: { [field]: ['b', 'a.md', 'b/x.ts', 5] }, q: { owns: ['c.ts'] } } }
    expect(await listPluginFiles(manifest, 'p', tree)).toEqual(['a.md', 'b/x.ts', 'b/y.ts'])
  })
  it('is unknown for a plugin that the manifest has not', async () => {
    for (const odd of [undefined, {}, { plugins: { p: 'x' } }])
      expect(await listPluginFiles(odd, 'p', tree)).toBeUndefined()
    expect(await listPluginFiles({ plugins: { p: { forbidden_parent_imports: ['c.ts'] } } }, 'p', tree)).toEqual([])
  })
})
