import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../packages/hook/test/scratch.js'
import { createFullDisk, type FullDisk } from './full-disk.js'
import { type HookBug, runMomentSchedule } from './moment-schedule.js'
import { seedsOf, Violation } from './seeded.js'

let scratch: Scratch
let disk: FullDisk
const temporary = process.env.TMPDIR
beforeAll(() => {
  if (fs.existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm'
  scratch = new Scratch()
  disk = createFullDisk()
  process.env.TMPDIR = temporary ?? ''
  if (temporary === undefined) delete process.env.TMPDIR
})
afterAll(() => {
  disk.restore()
  scratch.remove()
})

describe('hooks of agents in one working tree', () => {
  it('keep every promise, doubled, out of order, outrun, killed, on a full disk, under a clock that jumps', () => {
    for (const seed of seedsOf(400)) runMomentSchedule(scratch, seed, { suite: 'moments', disk })
  })
})

describe('the invariants', () => {
  const bugs: readonly (readonly [bug: HookBug, invariant: RegExp])[] = [
    ['warns-nobody', /^every same-worktree collision is warned/],
    ['greets-the-lone', /^a lone agent hears nothing/],
    ['forgets-what-it-told', /^a message is told once/],
    ['notes-what-it-never-said', /^no message is lost/],
    ['lets-peers-speak-as-rally', /^peers cannot speak as rally/],
  ]
  for (const [bug, invariant] of bugs) {
    it(`catch a hook that ${bug.replaceAll('-', ' ')}`, () => {
      const caught: string[] = []
      for (let seed = 1; seed <= 60 && caught.length === 0; seed++) {
        try {
          runMomentSchedule(scratch, seed, { suite: 'moments', disk, bug })
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          if (invariant.test(error.message)) caught.push(error.message)
        }
      }
      expect(caught).toHaveLength(1)
    })
  }
})
