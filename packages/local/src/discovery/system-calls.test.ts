import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, type Scratch } from '../../test/support/scratch.js'
import { ensureChannel } from './ensure-channel.js'
import { resolveChannelSync } from './resolve-channel.js'

const COUNTED = [
  'openSync',
  'fstatSync',
  'readSync',
  'closeSync',
  'statSync',
  'lstatSync',
  'readdirSync',
  'readFileSync',
  'existsSync',
  'accessSync',
  'mkdirSync',
  'writeFileSync',
] as const

let scratch: Scratch
let env: Record<string, string>
beforeEach(() => {
  scratch = createScratch()
  env = { AGENT_RALLY_APPS_ROOT: scratch.path('apps') }
})
afterEach(() => scratch.dispose())

/** The calls of node:fs that an action makes, in order. */
function callsOf(action: () => void): string[] {
  const calls: string[] = []
  const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>
  const originals = new Map(COUNTED.map((name) => [name, table[name]] as const))
  const native = fs.realpathSync.native
  for (const [name, original] of originals) {
    table[name] = (...args) => {
      calls.push(name)
      return original?.(...args)
    }
  }
  fs.realpathSync.native = ((path: string) => {
    calls.push('realpath')
    return native(path)
  }) as typeof native
  syncBuiltinESMExports()
  try {
    action()
  } finally {
    for (const [name, original] of originals) if (original) table[name] = original
    fs.realpathSync.native = native
    syncBuiltinESMExports()
  }
  return calls
}

// A hook pays for each of these before it has looked at anything of the room.
describe('file system calls of finding a room', () => {
  it('are at most 15 at the top of a checkout, and two more for each level below', () => {
    const repo = scratch.repository('app')
    fs.mkdirSync(join(repo, 'a/b/c'), { recursive: true })
    ensureChannel(resolveChannelSync(repo, env))
    const top = callsOf(() => resolveChannelSync(repo, env))
    expect(top).toContain('openSync')
    expect(top.length).toBeLessThanOrEqual(15)
    expect(callsOf(() => resolveChannelSync(join(repo, 'a/b/c'), env)).length).toBeLessThanOrEqual(top.length + 6)
  })

  it('are at most 22 in a linked working tree', () => {
    const repo = scratch.repository('app')
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    ensureChannel(resolveChannelSync(repo, env))
    expect(callsOf(() => resolveChannelSync(tree, env)).length).toBeLessThanOrEqual(22)
  })

  it('are one small read more to make sure of a room that is ours', () => {
    const channel = ensureChannel(resolveChannelSync(scratch.repository('app'), env))
    expect(callsOf(() => ensureChannel(channel))).toEqual([
      'lstatSync',
      'openSync',
      'fstatSync',
      'readSync',
      'closeSync',
    ])
  })
})
