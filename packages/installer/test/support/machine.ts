import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Surroundings } from '../../src/surroundings.js'

/** A scratch machine: a home folder and a repository on a real disk, a clock that moves a second with every look. */
export interface Machine extends Surroundings {
  readonly repoRoot: string
  readonly root: string
}

export function makeMachine(overrides: Partial<Surroundings> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), 'rally-installer-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const [home, repoRoot] = [join(root, 'home'), join(root, 'repo')]
  mkdirSync(home)
  mkdirSync(repoRoot)
  let time = Date.parse('2026-11-22T12:00:00Z')
  let word = 0
  return {
    root,
    home,
    env: {},
    stateDir: join(home, '.local/state/rally'),
    pid: process.pid,
    now: () => {
      time += 1_000
      return time
    },
    isAlive: (pid) => pid === process.pid,
    unique: () => `u${process.pid}-${word++}`,
    ...overrides,
    repoRoot,
  }
}

/** Every file below a folder with its bytes, for comparing before and after. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name)
    files[name] = statSync(path).isDirectory() ? 'folder' : readFileSync(path).toString('base64')
  }
  return files
}
