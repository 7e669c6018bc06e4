import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRoom } from '../../src/open-room.js'

let root: string
let env: Record<string, string>
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally first ')))
  for (const name of ['home', 'shop']) fs.mkdirSync(join(root, name))
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: join(root, 'shop') })
  env = { PATH: process.env.PATH ?? '', HOME: join(root, 'home') }
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.rmSync(root, { recursive: true, force: true })
})

/** The paths that are synced while a first record is written, below the scratch folder. */
async function syncedBy(durability: 'fast' | 'synced'): Promise<string[]> {
  const opened = new Map<number, string>()
  const synced: string[] = []
  const open = fs.openSync
  vi.spyOn(fs, 'openSync').mockImplementation((path, ...rest) => {
    const fd = open(path, ...rest)
    opened.set(fd, String(path))
    return fd
  })
  const { fsyncSync, fdatasyncSync } = fs
  vi.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    synced.push(opened.get(fd) ?? '?')
    fsyncSync(fd)
  })
  vi.spyOn(fs, 'fdatasyncSync').mockImplementation((fd) => {
    synced.push(opened.get(fd) ?? '?')
    fdatasyncSync(fd)
  })
  const room = await openRoom(
    join(root, 'shop'),
    { sessionId: 's1', tool: 'codex' },
    { env: { ...env, RALLY_DURABILITY: durability } },
  )
  await postRecord(room, { kind: 'note', payload: { text: 'first' } })
  await room.close()
  return [...new Set(synced)].map((path) => path.slice(root.length + 1)).sort()
}

describe('the first record of a new home', () => {
  it('syncs every folder that is made for it, up to the one that was there, and the marker of the room', async () => {
    const synced = await syncedBy('synced')
    for (const path of [
      'home',
      'home/.agent-rally-point',
      'home/.agent-rally-point/apps',
      'home/.agent-rally-point/apps/shop',
    ])
      expect(synced).toContain(path)
    expect(synced.some((path) => path.endsWith('repository.json'))).toBe(true)
  })

  it('syncs nothing where writes are fast', async () => {
    expect(await syncedBy('fast')).toEqual([])
  })

  it('syncs no folder above the rooms again for the second', async () => {
    await syncedBy('synced')
    vi.restoreAllMocks()
    const again = await syncedBy('synced')
    expect(again).not.toContain('home')
    expect(again.length).toBeGreaterThan(0)
  })
})
