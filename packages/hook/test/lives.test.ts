import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { sessionsOfAncestor } from '@rally/local/identity/ancestor-registry'
import { processesPlace, processStart } from '@rally/local/identity/processes'
import { stateDir } from '@rally/local/system/user-dirs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, type MomentOptions, Scratch } from './scratch.js'

// Real processes stand for hosts; they are named as some hosts name themselves.

let scratch: Scratch
const programs: ChildProcess[] = []
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
})
afterEach(() => {
  for (const child of programs.splice(0)) child.kill('SIGKILL')
})

/** A program that runs until it is killed; its process. */
function host(): number {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  programs.push(child)
  return child.pid ?? 0
}

async function kill(pid: number): Promise<void> {
  const child = programs.find((one) => one.pid === pid)
  child?.kill('SIGKILL')
  if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const edit = (id: string, options: MomentOptions = {}) =>
  act(scratch, 'before-edit', id, { paths: ['src/a.ts'], ...options })
const start = (id: string, options: MomentOptions = {}) => act(scratch, 'session-start', id, options)
const sessions = () => fs.readdirSync(join(scratch.channel, 'sessions')).sort()
const deny = () => fs.writeFileSync(join(scratch.repo, '.rally.json'), '{"hooks":{"collision":"deny"}}')
const allow = () => fs.rmSync(join(scratch.repo, '.rally.json'), { force: true })

describe.runIf(processesPlace() !== undefined)('one conversation in two processes', () => {
  it('is two writers: the second start hears so, and neither edit excuses the other', () => {
    const [first, second] = [host(), host()]
    start('s', { hostPid: first })
    edit('s', { hostPid: first })
    const greeting = start('s', { hostPid: second, source: 'resume' }).text
    expect(greeting).toContain(`this conversation is open in another process too (${scratch.nameOf('s')})`)
    expect(greeting).toContain(`You are a second writer here, ${scratch.nameOf('s.2')}:`)
    expect(scratch.nameOf('s.2')).toBe(`${scratch.nameOf('s')}b`)
    expect(sessions()).toEqual(['s.2.json', 's.json'])
    expect(edit('s', { hostPid: second }).text).toContain(`rally: ${scratch.nameOf('s')} `)
    expect(edit('s', { hostPid: first }).text).toContain(`rally: ${scratch.nameOf('s.2')} `)
    expect(scratch.presence('s.2')).toMatchObject({ session_id: 's.2', host_pid: second })
    expect(scratch.presence('s')).toMatchObject({ session_id: 's', host_pid: first })
  })

  it('is refused like any other where edits are refused', () => {
    const [first, second] = [host(), host()]
    deny()
    start('s', { hostPid: first })
    edit('s', { hostPid: first })
    start('s', { hostPid: second, source: 'continue' })
    expect(edit('s', { hostPid: second }).deny).toContain(`rally: ${scratch.nameOf('s')} `)
    allow()
  })

  it('ends in one process only for that one', () => {
    const [first, second] = [host(), host()]
    start('s', { hostPid: first })
    start('s', { hostPid: second, source: 'resume' })
    edit('s', { hostPid: second, agentId: 'kid' })
    expect(sessions()).toEqual(['s.2.json', 's.2.kid.json', 's.json'])
    act(scratch, 'session-end', 's', { hostPid: first })
    expect(sessions()).toEqual(['s.2.json', 's.2.kid.json'])
    // The other goes on under the name that it had.
    act(scratch, 'prompt', 's', { hostPid: second })
    edit('s', { hostPid: second })
    expect(sessions()).toEqual(['s.2.json', 's.2.kid.json'])
    act(scratch, 'session-end', 's', { hostPid: second })
    expect(sessions()).toEqual([])
  })

  it('goes on under its own name when those before it have ended', () => {
    const [first, second, third] = [host(), host(), host()]
    for (const hostPid of [first, second, third]) start('s', { hostPid })
    for (const hostPid of [first, second]) act(scratch, 'session-end', 's', { hostPid })
    edit('s', { hostPid: third })
    expect(sessions()).toEqual(['s.3.json'])
    expect(edit('peer').text).toContain(`rally: ${scratch.nameOf('s.3')} is editing`)
  })

  it('is one writer again once the first process is gone', async () => {
    const [first, second] = [host(), host()]
    start('s', { hostPid: first })
    await kill(first)
    expect(start('s', { hostPid: second, source: 'resume' }).text).toBe('')
    edit('s', { hostPid: second })
    expect(sessions()).toEqual(['s.json'])
    expect(scratch.presence('s')).toMatchObject({ host_pid: second })
  })

  it('has as many writers as processes, and a name that is free is taken again', async () => {
    const pids = [host(), host(), host(), host()] as const
    for (const hostPid of pids.slice(0, 3)) start('s', { hostPid })
    expect(sessions()).toEqual(['s.2.json', 's.3.json', 's.json'])
    expect(['s.2', 's.3'].map((id) => scratch.nameOf(id))).toEqual(['toolx-1b', 'toolx-1c'])
    await kill(pids[1])
    start('s', { hostPid: pids[3] })
    expect(scratch.presence('s.2')).toMatchObject({ host_pid: pids[3] })
  })

  it('forked is another conversation, and no second writer', () => {
    start('s', { hostPid: host() })
    expect(start('f', { hostPid: host(), source: 'fork' }).text).not.toContain('another process')
    expect(sessions()).toEqual(['f.json', 's.json'])
  })
})

describe.runIf(processesPlace() !== undefined)('a new conversation in the same process', () => {
  for (const source of ['clear', 'resume', undefined]) {
    it(`ends the one before (${source ?? 'without a word'}), where the host has one at a time`, () => {
      const hostPid = host()
      const options = { hostPid, conversations: 'one' } as const
      const how = { ...options, ...(source === undefined ? {} : { source }) }
      deny()
      start('old', options)
      const oldName = scratch.nameOf('old')
      edit('old', options)
      edit('old', { ...options, agentId: 'kid' })
      expect(start('new', how).text).toBe('')
      expect(edit('new', options)).toMatchObject({ text: '', deny: undefined })
      allow()
      expect(sessions()).toEqual(['new.json'])
      expect(start('peer', { hostPid: host() }).text).not.toContain(oldName)
    })
  }

  it('and going back to the old one ends the new', () => {
    const options = { hostPid: host(), conversations: 'one' } as const
    start('old', options)
    start('new', options)
    start('old', { ...options, source: 'resume' })
    expect(sessions()).toEqual(['old.json'])
  })

  it('leaves others alone: of another process, of another host, of a host with several', () => {
    const hostPid = host()
    start('elsewhere', { hostPid: host(), conversations: 'one' })
    start('other-tool', { hostPid, tool: 'codex' })
    start('old', { hostPid })
    start('new', { hostPid })
    start('last', { hostPid: host(), conversations: 'one' })
    expect(sessions()).toEqual(['elsewhere.json', 'last.json', 'new.json', 'old.json', 'other-tool.json'])
    expect(
      sessionsOfAncestor(stateDir(scratch.env), { pid: hostPid, start: processStart(hostPid) ?? '' }, scratch.now),
    ).toHaveLength(3)
  })

  it('ends the one before also where it worked in another repository', () => {
    const options = { hostPid: host(), conversations: 'one' } as const
    const other = join(scratch.dir, 'other')
    execFileSync('git', ['init', '-q', other])
    start('old', { ...options, cwd: other })
    start('new', options)
    expect(fs.readdirSync(join(scratch.channel, '../other/sessions'))).toEqual([])
  })
})

describe.runIf(processesPlace() !== undefined)('a process that is gone', () => {
  it('neither warns nor refuses nor is greeted about, at once', async () => {
    const hostPid = host()
    start('gone', { hostPid })
    edit('gone', { hostPid })
    deny()
    const goneName = scratch.nameOf('gone')
    expect(edit('one').deny).toContain(`rally: ${goneName} `)
    await kill(hostPid)
    expect(edit('two')).toMatchObject({ deny: undefined })
    allow()
    expect(start('three').text).not.toContain(goneName)
  })

  it('after each hook is no host: a version manager, `npx`', () => {
    const module = join(import.meta.dirname, '../../local/dist/identity/host-process.js')
    const script = `
      const { findHostProcess } = await import(${JSON.stringify(module)})
      const found = findHostProcess({ hookPid: process.pid, known: { pid: 1, started: 'x' } })
      process.stdout.write(String(found.pid))`
    fs.writeFileSync(join(scratch.dir, 'look.mjs'), script)
    const shell = join(scratch.dir, 'wrapper')
    fs.copyFileSync('/bin/sh', shell)
    fs.chmodSync(shell, 0o755)
    const below = (program: string) =>
      execFileSync(
        program,
        ['-c', `${process.execPath} --conditions=rally-internal ${join(scratch.dir, 'look.mjs')}; exit 0`],
        {
          encoding: 'utf8',
        },
      )
    // Not the wrapper, but what started it, however young that is.
    expect(below(shell)).toBe(String(process.pid))
  })
})

describe('an end', () => {
  it('counts wherever the session is by then', () => {
    const other = join(scratch.dir, 'elsewhere')
    execFileSync('git', ['init', '-q', other])
    start('one')
    edit('one')
    act(scratch, 'prompt', 'one', { cwd: other })
    act(scratch, 'session-end', 'one', { cwd: other })
    expect(sessions()).toEqual([])
    expect(edit('two').text).toBe('')
    start('three')
    act(scratch, 'session-end', 'three', { cwd: scratch.dir })
    expect(sessions()).toEqual(['two.json'])
  })
})

describe('a clock', () => {
  it('that is ahead is judged by when the record was written', () => {
    const ahead = { session_id: 'far', tool: 'codex', last_seen: scratch.now + 2 * 86_400, cwd: scratch.repo }
    scratch.putPresence({ ...ahead, phase: 'p', files_in_flight: ['src/a.ts'] })
    expect(edit('one').text).toContain('rally: codex (session far)')
    fs.utimesSync(join(scratch.channel, 'sessions/far.json'), scratch.now - 2000, scratch.now - 2000)
    expect(edit('two').text).not.toContain('rally: codex (session far)')
  })
})
