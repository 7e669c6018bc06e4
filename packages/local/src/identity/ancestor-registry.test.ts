import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanAncestors, registerAncestor, sessionsOfAncestor, unregisterAncestor } from './ancestor-registry.js'
import { processStart } from './processes.js'

const NOW = 1_795_000_000
const HOURS = 3600
const me = { pid: process.pid, start: processStart(process.pid) ?? '1-unknown' }
let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'rally-state-'))
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

const register = (sessionId: string, more: { tool?: string; cwd?: string; now?: number } = {}) =>
  registerAncestor({ stateDir, process: me, sessionId, tool: 't', cwd: '/w', now: NOW, ...more })
const sessions = (now = NOW) => sessionsOfAncestor(stateDir, me, now).map(({ sessionId }) => sessionId)
const folder = () => join(stateDir, 'ancestors')
const file = () => join(folder(), `${me.pid}-${me.start}.jsonl`)
const lines = () => readFileSync(file(), 'utf8').split('\n').length - 1

describe('the registry of ancestors', () => {
  it('remembers sessions of a process, privately, until they end', () => {
    register('s1')
    register('agent:coder-1a2b', { tool: 'agent:coder' })
    expect(sessions()).toEqual(['s1', 'agent:coder-1a2b'])
    expect(sessionsOfAncestor(stateDir, me, NOW)[0]).toEqual({ sessionId: 's1', tool: 't', cwd: '/w', seenAt: NOW })
    expect(statSync(folder()).mode & 0o777).toBe(0o700)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    unregisterAncestor({ stateDir, process: me, sessionId: 's1', now: NOW })
    expect(sessions()).toEqual(['agent:coder-1a2b'])
    register('s1')
    expect(sessions()).toEqual(['agent:coder-1a2b', 's1'])
  })

  it('writes again only what is new or old', () => {
    register('s1')
    register('s1', { now: NOW + 60 })
    expect(lines()).toBe(1)
    register('s1', { now: NOW + 1 * HOURS })
    register('s1', { now: NOW + 1 * HOURS, cwd: '/elsewhere' })
    expect(lines()).toBe(3)
  })

  it('forgets a session that was silent for twelve hours', () => {
    register('s1')
    expect(sessions(NOW + 11.9 * HOURS)).toEqual(['s1'])
    expect(sessions(NOW + 12.1 * HOURS)).toEqual([])
  })

  it('does not confuse processes that had the same number', () => {
    register('s1')
    expect(sessionsOfAncestor(stateDir, { pid: me.pid, start: '1-00000000' }, NOW)).toEqual([])
  })

  it('leaves out what is damaged or dangerous and keeps its neighbours', () => {
    register('s1')
    appendFileSync(file(), 'junk\n[1]\n{"session_id":"../x","seen_at":1}\n{"session_id":"torn')
    register('s2')
    expect(sessions()).toEqual(['s1', 's2'])
  })

  it('stays small however many sessions a host has served', () => {
    for (let index = 0; index < 600; index++) {
      register(`session-${index}`)
      unregisterAncestor({ stateDir, process: me, sessionId: `session-${index}`, now: NOW })
    }
    register('last')
    expect(sessions()).toEqual(['last'])
    expect(statSync(file()).size).toBeLessThan(40_000)
    expect(readdirSync(folder())).toHaveLength(1)
  })

  it('is empty, and quiet, where there is nothing or nothing usable', () => {
    expect(sessions()).toEqual([])
    unregisterAncestor({ stateDir, process: me, sessionId: 's1', now: NOW })
    expect(readdirSync(stateDir)).toEqual([])
    expect(cleanAncestors(stateDir)).toBe(0)
    mkdirSync(file(), { recursive: true })
    expect(sessions()).toEqual([])
  })

  it('removes files of ended processes, a bounded number at a time, and nothing else', () => {
    mkdirSync(folder())
    for (let index = 0; index < 40; index++) writeFileSync(join(folder(), `${900_000 + index}-1-0badb007.jsonl`), '')
    writeFileSync(join(folder(), '900000-1-0badb007.jsonl.7.tmp'), '')
    writeFileSync(join(folder(), 'README'), 'not ours')
    register('s1')
    const left = readdirSync(folder()).length
    expect(left).toBeLessThan(43)
    expect(left).toBeGreaterThanOrEqual(43 - 16)
    for (let round = 0; round < 40; round++) cleanAncestors(stateDir, 100)
    expect(readdirSync(folder()).sort()).toEqual(['README', `${me.pid}-${me.start}.jsonl`].sort())
  })

  it('fails loudly when the state folder cannot be written', () => {
    writeFileSync(join(stateDir, 'ancestors'), 'a file')
    expect(() => register('s1')).toThrow()
    chmodSync(stateDir, 0o700)
  })
})
