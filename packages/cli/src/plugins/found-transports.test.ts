import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TransportApi } from '@rally/core/ports/transport-plugin'
import type { InstalledPlugin } from '@rally/local/plugins/plugin-declarations'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTransportPlugins } from './found-transports.js'

const API = { api: 1 } as TransportApi

describe('found transports', () => {
  let dir = ''
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rally-transports-'))
  })
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

  const plugin = (name: string, rally: object, source: string): InstalledPlugin => {
    const root = path.join(dir, name)
    fs.mkdirSync(path.join(root, 'dist'), { recursive: true })
    fs.writeFileSync(path.join(root, 'package.json'), '{"type":"module"}')
    fs.writeFileSync(path.join(root, 'dist/transport.js'), source)
    return { name, version: '1.0.0', type: 'user', root, pjson: { name, rally } }
  }
  const source = (transport: string, api = 1) =>
    `export default (given) => ({ api: ${api}, transport: ${JSON.stringify(transport)}, given, schemes: [], connect() {} })`
  const rally = { api: 1, transport: 'q', entry: './dist/transport.js' }

  it('loads an ES module and hands it the api', async () => {
    const found = createTransportPlugins([plugin('a', rally, source('q'))])
    expect(found.list()).toEqual([expect.objectContaining({ transport: 'q', plugin: 'a' })])
    expect(await found.load('q', API)).toMatchObject({ transport: 'q', given: API })
  })

  it('says which transport nobody supplies', async () => {
    await expect(createTransportPlugins([]).load('q', API)).rejects.toMatchObject({ code: 'TRANSPORT_UNKNOWN' })
  })

  it('refuses another api, a second one, and broken entries by name', async () => {
    const other = createTransportPlugins([plugin('a', { ...rally, api: 2 }, source('q'))])
    expect(other.list()[0]?.refusal).toBe('it declares api 2, this rally needs 1')
    await expect(other.load('q', API)).rejects.toMatchObject({ code: 'PLUGIN_REFUSED', message: /plugin a / })

    const twice = createTransportPlugins([plugin('a', rally, source('q')), plugin('b', rally, source('q'))])
    await expect(twice.load('q', API)).rejects.toMatchObject({ code: 'PLUGIN_REFUSED', message: /also supplied by b/ })

    const bad: Array<[string, RegExp]> = [
      ['export default 1', /does not export a function/],
      ['throw new Error("boom")', /boom/],
      [source('other'), /another transport/],
      [source('q', 3), /speak api 1/],
      ['export default () => ({ api: 1, transport: "q" })', /no connect/],
    ]
    for (const [index, [text, why]] of bad.entries()) {
      const found = createTransportPlugins([plugin(`bad-${index}`, rally, text)])
      await expect(found.load('q', API)).rejects.toMatchObject({ code: 'PLUGIN_REFUSED', message: why })
    }
  })

  it('takes one that a plugin registered by code, behind those that are declared', async () => {
    const make = (name: string) => () =>
      ({ api: 1, transport: name, schemes: [], presenceTtl: 1, connect() {} }) as never
    const supply = (transport: string, name = transport) => ({ transport, load: async () => make(name) })
    const found = createTransportPlugins(
      [plugin('a', rally, source('q'))],
      [supply('q', 'never'), supply('z'), supply('y', 'x')],
    )
    expect(await found.load('q', API)).toMatchObject({ given: API })
    expect(await found.load('z', API)).toMatchObject({ transport: 'z' })
    await expect(found.load('y', API)).rejects.toMatchObject({ code: 'PLUGIN_REFUSED' })
  })
})
