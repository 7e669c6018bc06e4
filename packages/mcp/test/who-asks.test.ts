import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { Host, type HostOptions } from './support/host.js'

// Who asks, found out at every call, with real processes in the place of hosts.

let world: World
const hosts: Host[] = []
beforeEach(() => {
  world = new World()
})
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
  world.remove()
})

async function start(options?: HostOptions): Promise<Host> {
  const host = await Host.start(world, options)
  hosts.push(host)
  return host
}

/** The session that the room takes the caller for. */
async function writer(host: Host, args: object = {}): Promise<unknown> {
  const { text, isError } = await host.call('tell', { to: 'all', text: 'x', ...args })
  if (isError) return text
  const { messages } = world.json(['inbox', 'read', '--tool', 'reader-of-all', '--limit', '1']) as {
    messages: { from_session_id?: string }[]
  }
  return messages[0]?.from_session_id
}

describe('a server that was started before the first hook', () => {
  it('knows nobody, then the session that begins', async () => {
    const host = await start()
    expect(await writer(host)).toMatch(/no hook .*\[MCP_SESSION_UNKNOWN\]\ntry: .*rally hooks install/s)
    expect((await host.call('room')).text).toContain('you: rally cannot tell')
    await host.hook('codex', 'first', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toBe('first')
  })

  it('is never the person', async () => {
    const host = await start()
    expect((await host.call('messages')).isError).toBe(true)
    expect((await host.call('claim', { files: ['a'] })).text).toContain('MCP_SESSION_UNKNOWN')
  })
})

describe('a program with one conversation at a time', () => {
  it('speaks for the conversation that it has now: clear, resume', async () => {
    const host = await start({ env: { CLAUDE_CODE_SESSION_ID: 'before', CLAUDECODE: '1' } })
    await host.hook('claude_code', 'before', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toBe('before')
    await host.hook('claude_code', 'before', 'SessionEnd', { reason: 'clear' })
    await host.hook('claude_code', 'after', 'SessionStart', { source: 'clear' })
    expect(await writer(host)).toBe('after')
    // The end of the one before was never reported.
    await host.hook('claude_code', 'resumed', 'SessionStart', { source: 'resume' })
    expect(await writer(host)).toBe('resumed')
    await host.hook('claude_code', 'resumed', 'SessionEnd', { reason: 'other' })
    expect(await writer(host)).toContain('MCP_SESSION_UNKNOWN')
  })
})

describe('two conversations below one server', () => {
  it('fails with their names, and takes as', async () => {
    const host = await start()
    await host.hook('codex', 'one', 'SessionStart', { source: 'startup' })
    await host.hook('codex', 'two', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toMatch(
      /several live sessions.*codex-1, codex-2.*\[MCP_SESSION_AMBIGUOUS\]\ntry: .*"as"/s,
    )
    expect((await host.call('room')).text).toContain('you: codex-1 or codex-2')
    expect(await writer(host, { as: 'codex-2' })).toBe('two')
    expect(await writer(host, { as: 'one' })).toBe('one')
    expect(await writer(host, { as: 'codex-9' })).toMatch(/"codex-9" is no session.*\[MCP_SESSION_OTHER\]/)
    await host.hook('codex', 'one', 'SessionEnd', { reason: 'other' })
    expect(await writer(host)).toBe('two')
  })

  it('needs no as where the host names the session in the call', async () => {
    const host = await start()
    await host.hook('codex', 'one', 'SessionStart', { source: 'startup' })
    await host.hook('codex', 'two', 'SessionStart', { source: 'startup' })
    await host.call('tell', { to: 'all', text: 'x' }, { sessionId: 'two' })
    const { messages } = world.json(['inbox', 'read', '--tool', 'codex', '--all']) as { messages: object[] }
    expect(messages).toMatchObject([{ from_session_id: 'two' }])
  })

  it('believes a host that names a session of which no hook has run, and no unsafe id', async () => {
    const host = await start({ args: ['--tool', 'codex'] })
    expect((await host.call('tell', { to: 'all', text: 'x' }, { sessionId: 'hookless' })).isError).toBe(false)
    const { messages } = world.json(['inbox', 'read', '--tool', 'codex', '--all']) as { messages: object[] }
    expect(messages).toMatchObject([{ from: 'codex', from_session_id: 'hookless' }])
    const { text } = await host.call('tell', { to: 'all', text: 'x' }, { sessionId: '../../etc' })
    expect(text).toContain('MCP_SESSION_UNKNOWN')
  })

  it('does not let as name a session of another program', async () => {
    const [mine, other] = [await start(), await start()]
    await mine.hook('codex', 'mine', 'SessionStart', { source: 'startup' })
    await other.hook('codex', 'theirs', 'SessionStart', { source: 'startup' })
    expect(await writer(mine, { as: 'codex-2' })).toContain('MCP_SESSION_OTHER')
    expect(await writer(mine)).toBe('mine')
    expect(await writer(other)).toBe('theirs')
  })
})

describe('the environment of the start', () => {
  it('counts only while the session that it names lives', async () => {
    const host = await start({ env: { RALLY_SESSION_ID: 'loop-7', RALLY_TOOL: 'loop' } })
    expect(await writer(host)).toContain('MCP_SESSION_UNKNOWN')
    world.rally(['presence', '--session-id', 'loop-7', '--tool', 'loop', '--task', 'build'])
    expect(await writer(host)).toBe('loop-7')
    world.rally(['stop', '--session-id', 'loop-7', '--tool', 'loop'])
    expect(await writer(host)).toContain('MCP_SESSION_UNKNOWN')
  })

  it('does not make a host of another tool below it', async () => {
    const host = await start({ args: ['--tool', 'codex'], env: { CLAUDE_CODE_SESSION_ID: 'outer', CLAUDECODE: '1' } })
    await host.hook('claude_code', 'outer', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toContain('MCP_SESSION_UNKNOWN')
  })

  it('gives way to whoever configured the server', async () => {
    const host = await start({ args: ['--session-id', 'fixed', '--tool', 'desk'] })
    await host.hook('codex', 'other', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toBe('fixed')
  })
})

describe('the room', () => {
  it('is that of the session, wherever the server was started', async () => {
    const host = await start({ cwd: world.root })
    expect((await host.call('room')).text).toContain('[NOT_A_REPOSITORY]')
    await host.hook('codex', 'first', 'SessionStart', { source: 'startup' })
    expect(await writer(host)).toBe('first')
  })

  it('that is gone is said, and the server goes on', async () => {
    const host = await start()
    await host.hook('codex', 'first', 'SessionStart', { source: 'startup' })
    rmSync(join(world.root, 'apps'), { recursive: true, force: true })
    expect(await writer(host)).toContain('MCP_SESSION_UNKNOWN')
    await host.hook('codex', 'first', 'UserPromptSubmit', { prompt: 'go on' })
    expect((await host.call('room')).isError).toBe(false)
  })
})
