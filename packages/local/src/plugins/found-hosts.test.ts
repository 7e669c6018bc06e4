import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHosts } from './found-hosts.js'
import type { InstalledPlugin } from './plugin-declarations.js'

const adapterSource = (id: string, title: string, extra = '') => `
globalThis.__loaded = [...(globalThis.__loaded ?? []), ${JSON.stringify(title)}]
module.exports = (api) => ({
  api: 1, id: ${JSON.stringify(id)}, title: ${JSON.stringify(title)},
  capabilities: { moments: [], context: [], deny: false, textLimit: 1000, timeoutUnit: 's', children: false },
  configFiles: [], textFiles: [],
  identify: () => undefined, parse: () => undefined, render: () => ({ stdout: api.clip('', 1) }),
  ${extra}
})`

describe('found hosts', () => {
  let dir = ''
  let root = ''
  const loadedTitles = () => (globalThis as { __loaded?: string[] }).__loaded ?? []

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rally-plugins-'))
    root = path.join(dir, 'program')
    fs.mkdirSync(path.join(root, 'dist/hosts'), { recursive: true })
    ;(globalThis as { __loaded?: string[] }).__loaded = []
  })
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

  const bundled = (id: string, title: string) =>
    fs.writeFileSync(path.join(root, 'dist/hosts', `${id}.cjs`), adapterSource(id, title))

  const plugin = (
    name: string,
    {
      rally,
      source,
      type = 'user',
      version = '1.0.0',
    }: { rally?: object; source?: string; type?: string; version?: string },
  ): InstalledPlugin => {
    const folder = path.join(dir, name.replace('/', '+'))
    fs.mkdirSync(path.join(folder, 'dist'), { recursive: true })
    if (source !== undefined) fs.writeFileSync(path.join(folder, 'dist/adapter.cjs'), source)
    return { name, version, type, root: folder, pjson: { name, version, ...(rally ? { rally } : {}) } }
  }

  const good = (id: string, name: string, type = 'user', title = name) =>
    plugin(name, {
      type,
      rally: { api: 1, host: id, adapter: './dist/adapter.cjs' },
      source: adapterSource(id, title),
    })

  const hosts = (...plugins: InstalledPlugin[]) =>
    createHosts({
      plugins,
      root,
      pjson: { version: '0.1.0', oclif: { plugins: ['@own/x', '@own/y'] } },
    })

  it('runs no code until an adapter is asked for, and then only once', async () => {
    const found = hosts(good('x', '@own/x', 'core'), good('y', '@own/y', 'core'))
    expect(loadedTitles()).toEqual([])
    expect((await found.get('y'))?.id).toBe('y')
    expect(loadedTitles()).toEqual(['@own/y'])
    await found.get('y')
    await found.list()
    expect(loadedTitles()).toEqual(['@own/y', '@own/x'])
  })

  it('lists by id, ignores plugins without a declaration, takes dashes for underscores', async () => {
    const found = hosts(good('z_z', '@acme/z'), plugin('@oclif/plugin-help', {}), good('x', '@own/x', 'core'))
    expect((await found.list()).map(({ id, plugin: name, adapter }) => [id, name, adapter?.title])).toEqual([
      ['x', '@own/x', '@own/x'],
      ['z_z', '@acme/z', '@acme/z'],
    ])
    expect((await found.get('z-z'))?.id).toBe('z_z')
    expect(await found.get('nobody')).toBeUndefined()
  })

  it('takes the copy that comes with rally for a bundled plugin, and the installed file for an installed one', async () => {
    bundled('x', 'copy')
    expect((await hosts(good('x', '@own/x', 'core')).get('x'))?.title).toBe('copy')
    expect((await hosts(good('x', '@own/x', 'user')).get('x'))?.title).toBe('@own/x')
    expect((await hosts(good('x', '@own/x', 'link')).get('x'))?.title).toBe('@own/x')
  })

  it('refuses another api by name and falls back on the bundled copy', async () => {
    bundled('x', 'copy')
    const newer = plugin('@own/x', {
      version: '9.0.0',
      rally: { api: 2, host: 'x', adapter: './dist/adapter.cjs' },
      source: adapterSource('x', 'newer'),
    })
    const list = await hosts(newer, good('y', '@own/y', 'core')).list()
    expect(list.map(({ id, plugin: name, version, type, refusal }) => [id, name, version, type, refusal])).toEqual([
      ['x', '@own/x', '0.1.0', 'core', undefined],
      ['x', '@own/x', '9.0.0', 'user', 'it declares api 2, this rally needs 1'],
      ['y', '@own/y', '1.0.0', 'core', undefined],
    ])
    expect(loadedTitles()).not.toContain('newer')
  })

  it('refuses a second plugin for a host that rally brings; the bundled one keeps it', async () => {
    bundled('x', 'copy')
    const list = await hosts(good('x', '@acme/x'), good('x', '@own/x', 'core')).list()
    expect(list.map(({ plugin: name, adapter, refusal }) => [name, adapter?.title, refusal])).toEqual([
      ['@own/x', 'copy', undefined],
      ['@acme/x', undefined, 'the host is also supplied by @own/x'],
    ])
  })

  it('refuses both of two strangers for one host; others keep working', async () => {
    const found = hosts(good('z', '@acme/z'), good('z', '@other/z'), good('x', '@own/x', 'core'))
    expect(await found.get('z')).toBeUndefined()
    expect((await found.get('x'))?.id).toBe('x')
    const named = (await found.list()).filter(({ id }) => id === 'z')
    expect(named.map(({ plugin: name, refusal }) => [name, refusal])).toEqual([
      ['@acme/z', 'the host is also supplied by @other/z'],
      ['@other/z', 'the host is also supplied by @acme/z'],
    ])
    expect(await found.get('q')).toBeUndefined()
  })

  const rally = { api: 1, host: 'z', adapter: './dist/adapter.cjs' }
  const broken: ReadonlyArray<readonly [what: string, parts: { rally: object; source?: string }, why: RegExp]> = [
    ['a missing file', { rally }, /Cannot find module/],
    ['a file that throws', { rally, source: "throw new Error('boom')\n" }, /^boom$/],
    ['a syntax error', { rally, source: 'module.exports = (' }, /Unexpected/],
    ['no function', { rally, source: 'module.exports = {}' }, /does not export a function/],
    ['a factory that throws', { rally, source: "module.exports = () => { throw new Error('later') }" }, /^later$/],
    ['no object', { rally, source: 'module.exports = () => 1' }, /no object/],
    ['another api inside', { rally, source: 'module.exports = () => ({ api: 2 })' }, /has api 2/],
    ['another host inside', { rally, source: adapterSource('q', 'q') }, /for the host "q"/],
    ['no parse', { rally, source: adapterSource('z', 'z', 'parse: undefined') }, /no parse\(\)/],
    ['no hook files', { rally, source: adapterSource('z', 'z', 'configFiles: {}') }, /no configFiles/],
    ['no capabilities', { rally, source: adapterSource('z', 'z', 'capabilities: null') }, /no title or capabilities/],
    ['no entry', { rally: { api: 1, host: 'z' } }, /"rally.adapter" does not name a file/],
    ['a file outside', { rally: { ...rally, adapter: '../../etc/x.cjs' } }, /does not name a file of the package/],
    ['an absolute file', { rally: { ...rally, adapter: '/etc/x.cjs' } }, /does not name a file of the package/],
  ]
  for (const [what, parts, why] of broken) {
    it(`refuses ${what} by name, and the others keep working`, async () => {
      const found = hosts(plugin('@acme/z', parts), good('x', '@own/x', 'core'))
      const list = await found.list()
      expect(list.map((host) => host.id)).toEqual(['x', 'z'])
      expect(list[1]).toMatchObject({ plugin: '@acme/z' })
      expect(list[1]?.refusal).toMatch(why)
      expect(list[1]?.refusal).not.toContain('\n')
      expect(await found.get('z')).toBeUndefined()
      expect((await found.get('x'))?.id).toBe('x')
    })
  }

  it('uses the bundled copy when the installed upgrade is broken', async () => {
    bundled('x', 'copy')
    const upgrade = plugin('@own/x', {
      version: '2.0.0',
      rally: { ...rally, host: 'x' },
      source: 'throw new Error("no")',
    })
    const found = hosts(upgrade)
    expect((await found.get('x'))?.title).toBe('copy')
    expect((await found.list())[1]).toMatchObject({ version: '2.0.0', refusal: 'no' })
  })

  it('ignores what cannot be a host id', async () => {
    const ids = ['', '../x', 'X', 'a b', 7, null, ['x'], 'x'.repeat(40)]
    expect(await hosts(...ids.map((id, i) => plugin(`@acme/${i}`, { rally: { ...rally, host: id } }))).list()).toEqual(
      [],
    )
  })
})
