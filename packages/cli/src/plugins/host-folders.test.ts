import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { HostAdapter } from '@rally/core/ports/host'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { existingFolders } from './host-folders.js'

describe('folders of a host', () => {
  let dir = ''
  const at = (...names: string[]) => path.join(dir, ...names)
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rally-folders-'))
  })
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

  const adapter = (extra: object) =>
    ({
      configFiles: [
        { scope: 'project', path: '.x/settings.json' },
        { scope: 'user', path: '.x/settings.json', ...extra },
      ],
    }) as unknown as HostAdapter

  it('are those that exist in the repository and at home', () => {
    const places = { repoRoot: at('repo'), home: at('home'), env: {} }
    expect(existingFolders(adapter({}), places)).toEqual([])
    fs.mkdirSync(at('repo/.x'), { recursive: true })
    fs.mkdirSync(at('home'))
    fs.writeFileSync(at('home/.x'), 'a file')
    expect(existingFolders(adapter({}), places)).toEqual([at('repo/.x')])
    fs.rmSync(at('home/.x'))
    fs.mkdirSync(at('home/.x'))
    expect(existingFolders(adapter({}), places)).toEqual([at('repo/.x'), at('home/.x')])
    expect(existingFolders(adapter({}), { ...places, repoRoot: undefined })).toEqual([at('home/.x')])
  })

  it('may be moved by a variable, alone or with the whole home', () => {
    fs.mkdirSync(at('moved'))
    fs.mkdirSync(at('other/.x'), { recursive: true })
    const places = { repoRoot: undefined, home: at('home'), env: { X_HOME: at('moved'), X_ROOT: at('other') } }
    expect(existingFolders(adapter({ homeVariable: 'X_HOME' }), places)).toEqual([at('moved')])
    expect(existingFolders(adapter({ rootVariable: 'X_ROOT' }), places)).toEqual([at('other/.x')])
    expect(existingFolders(adapter({ homeVariable: 'EMPTY' }), { ...places, env: { EMPTY: '' } })).toEqual([])
  })
})
