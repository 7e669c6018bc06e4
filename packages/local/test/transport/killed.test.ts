import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LEFTOVER_MS, removeLeftovers } from '../../src/transport/files/leftovers.js'
import { makeDraft, makeScratch, type Scratch } from '../support/scratch-channel.js'

const WRITER = fileURLToPath(new URL('../children/acknowledging-writer.mjs', import.meta.url))

/** How many records writers store before they are killed, by turns; drawn once. */
const LIVES = [48, 9, 31, 64, 5, 22, 57, 13, 40, 7, 27, 61, 18, 35, 11, 52]

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

/** Starts a writer that prints each event id after it was stored, kills it after a while and answers what it printed. */
function writeUntilKilled(afterLines: number): Promise<string[]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=rally-internal', WRITER, scratch.dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.split('\n').length > afterLines) child.kill('SIGKILL')
    })
    child.on('close', () => resolve(out.split('\n').slice(0, -1)))
  })
}

it('loses no acknowledged record and blocks nobody when writers are killed', async () => {
  const acknowledged: string[] = []
  let at = 0
  for (let round = 0; round < 4; round++) {
    const writers = Array.from({ length: 4 }, () => writeUntilKilled(LIVES[at++ % LIVES.length] ?? 5))
    acknowledged.push(...(await Promise.all(writers)).flat())
    // The locks of the dead died with them.
    acknowledged.push((await scratch.open().log.append(makeDraft())).eventId)
  }
  const { records } = await scratch.open().log.read({ revision: 0, changes_offset: 0 })
  const ids = records.map(({ event_id }) => event_id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(records.map(({ revision }) => revision)).size).toBe(ids.length)
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([])
  // What the dead leave behind is known as theirs, and goes when it is old.
  removeLeftovers(scratch.dir, Date.now() + 2 * LEFTOVER_MS)
  expect(fs.readdirSync(scratch.dir).sort()).toEqual(['changes.jsonl', 'revision', 'revision.lock'])
})
