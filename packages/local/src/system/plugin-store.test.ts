import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pluginStore, readPluginStore } from './plugin-store.js'

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'rally-store-'))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

function lay(folder: string, pjson: object | string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), typeof pjson === 'string' ? pjson : JSON.stringify(pjson))
  return folder
}
const list = (...plugins: unknown[]) => lay(store, { oclif: { plugins } })
const shown = () => readPluginStore(store).map(({ name, type, root }) => [name, type, root])

it('lies where oclif keeps it', () => {
  expect(pluginStore({ HOME: '/h' })).toBe('/h/.local/share/rally')
  expect(pluginStore({ HOME: '/h', XDG_DATA_HOME: '/d' })).toBe('/d/rally')
  expect(pluginStore({ HOME: '/h', XDG_DATA_HOME: '/d', RALLY_DATA_DIR: '/r' })).toBe('/r')
})

it('is empty where there is none, or none that can be read', () => {
  expect(readPluginStore(join(store, 'missing'))).toEqual([])
  for (const text of ['', '{', '[]', '{"oclif":{"plugins":{}}}', '{"oclif":{"plugins":[null,1,"x",{}]}}']) {
    lay(store, text)
    expect(readPluginStore(store)).toEqual([])
  }
})

it('holds what was installed and what was linked; a linked one goes before an installed one of its name', () => {
  const installed = lay(join(store, 'node_modules/@acme/one'), { name: '@acme/one', rally: { api: 1 } })
  lay(join(store, 'node_modules/two'), { name: 'two' })
  const linked = lay(join(store, 'elsewhere'), { name: 'two' })
  list({ type: 'user', name: '@acme/one' }, { type: 'user', name: 'two' }, { type: 'link', name: 'two', root: linked })
  expect(shown()).toEqual([
    ['two', 'link', linked],
    ['@acme/one', 'user', installed],
  ])
  expect(readPluginStore(store)[1]?.pjson).toEqual({ name: '@acme/one', rally: { api: 1 } })
})

it('leaves out what is gone, what is damaged, and what would lead out of the store', () => {
  lay(join(store, 'node_modules/damaged'), '{')
  lay(join(store, 'outside'), { name: 'outside' })
  list(
    { type: 'user', name: 'gone' },
    { type: 'user', name: 'damaged' },
    { type: 'user', name: '../outside' },
    { type: 'user', name: '@x/..' },
    { type: 'dev', name: 'outside' },
    { type: 'link', name: 'outside', root: 'outside' },
    { type: 'link', name: 'outside' },
  )
  expect(shown()).toEqual([])
})
