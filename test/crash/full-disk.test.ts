import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { World } from '../support/world.js'
import { brokenPromises, readChannel, startBusySession } from './busy-sessions.js'

const SESSIONS = 6

/** Mounts a file system of 256 kB; undefined where that is not allowed. */
function mountSmall(): string | undefined {
  const folder = fs.mkdtempSync(join(tmpdir(), 'rally-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    fs.rmdirSync(folder)
    return undefined
  }
}

const unmount = (folder: string): void => {
  execFileSync('umount', [folder])
  fs.rmdirSync(folder)
}

const probe = mountSmall()
if (probe !== undefined) unmount(probe)

describe.skipIf(probe === undefined)('a full disk (skipped where small file systems cannot be mounted)', () => {
  let disk: string
  let world: World
  beforeEach(() => {
    disk = mountSmall() ?? ''
    world = new World({ appsRoot: join(disk, 'apps') })
  })
  afterEach(() => {
    world.remove()
    unmount(disk)
  })

  it('refuses aloud what it cannot store, keeps what it promised, and works again when there is space', async () => {
    const ballast = join(disk, 'ballast')
    fs.writeFileSync(ballast, Buffer.alloc(64 << 10))
    const sessions = Array.from({ length: SESSIONS }, (_, n) =>
      startBusySession(world, { sessionId: `s${n}`, seed: n, count: 250 }),
    )
    const told = await Promise.all(sessions.map(async ({ sessionId, ended }) => ({ sessionId, lines: await ended })))
    const refused = told.flatMap(({ lines }) => lines).filter((line) => line.startsWith('refused'))
    // The disk was really full, and every refusal has the catalogue's word for it.
    expect(refused.length).toBeGreaterThan(50)
    expect([...new Set(refused)]).toEqual(['refused NOT_STORED'])
    expect(brokenPromises(world.channel, told)).toEqual([])

    // A command says so as well, in words and with an exit code.
    const lost = world.rally(['post', 'feedback', '--message', 'y'.repeat(8000), '--session-id', 'late', '--json'])
    expect(lost.status).toBe(1)
    expect(JSON.parse(lost.stdout)).toMatchObject({ ok: false, error: { code: 'NOT_STORED' } })
    // Reading needs no space.
    expect(world.json(['status', '--session-id', 'late']).ok).toBe(true)

    fs.rmSync(ballast)
    const again = world.json(['post', 'feedback', '--message', 'after', '--session-id', 'late'])
    expect(again).toMatchObject({ ok: true })
    expect(brokenPromises(world.channel, told)).toEqual([])
    const { revisions, records } = readChannel(world.channel)
    expect(new Set(revisions).size).toBe(revisions.length)
    expect(records.has(String(again.event_id))).toBe(true)
    expect(world.json(['status', '--session-id', 'late']).revision).toBe(Math.max(...revisions))
  })
})
