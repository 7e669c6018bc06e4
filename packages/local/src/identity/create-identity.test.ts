import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const support = (name: string) => fileURLToPath(new URL(`../../test/support/${name}`, import.meta.url))

let home: string
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'rally-home-')))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

type Env = Record<string, string>
interface Ask {
  room?: Record<string, { sessionId: string; tool?: string }>
  clues?: Record<string, unknown>
  live?: Record<string, string[]> | 'broken'
}
interface HostRun {
  env?: Env
  register?: { sessionId: string; tool: string; ended?: boolean; cwd?: string }[]
}

/** A command typed in a plain shell. */
async function ask({ env = {}, ...question }: Ask & { env?: Env } = {}): Promise<Record<string, unknown> | null> {
  const { stdout } = await run(
    process.execPath,
    ['--conditions=rally-internal', support('identity-child.js'), JSON.stringify(question)],
    {
      cwd: home,
      env: baseEnv(env),
    },
  )
  return JSON.parse(stdout)
}

/** A command typed in the shell of hosts that were started one from the other's shell, the outermost first. */
async function askWithin(hosts: readonly HostRun[], question: Ask = {}) {
  let argv = [process.execPath, '--conditions=rally-internal', support('identity-child.js'), JSON.stringify(question)]
  for (const host of [...hosts].reverse()) {
    argv = [process.execPath, support('fake-host.js'), JSON.stringify({ ...host, argv })]
  }
  const [program = '', ...args] = argv
  const { stdout } = await run(program, args, { cwd: home, env: baseEnv({}) })
  const pids: number[] = []
  let answer = JSON.parse(stdout)
  for (const _ of hosts) {
    pids.push(answer.pid)
    answer = answer.answer
  }
  return { pids, answer: answer as Record<string, unknown> | null }
}

function baseEnv(env: Env): Env {
  return { PATH: process.env.PATH ?? '', HOME: home, ...env }
}

describe('identity in a plain shell', () => {
  it('is the person when nothing says who is asking, whatever is set but empty', async () => {
    const person = { sessionId: 'human.ann', tool: 'human', model: 'n/a', user: 'ann', parent: null, source: 'person' }
    expect(await ask()).toMatchObject(person)
    const empty = { RALLY_SESSION_ID: '', RALLY_TOOL: '', ALPHA_SESSION: '', BETA_CLI: '', RALLY_MODEL: '', CI: 'true' }
    expect(await ask({ env: empty })).toMatchObject(person)
    expect(await ask({ clues: { tool: 'human' } })).toMatchObject(person)
  })

  it('is nobody, and not the person, where an agent cannot be told', async () => {
    expect(await ask({ clues: { tool: 'alpha_host' } })).toBeNull()
    expect(await ask({ env: { RALLY_TOOL: 'x' } })).toBeNull()
    expect(await ask({ env: { BETA_CLI: '1' } })).toBeNull()
  })

  it('takes the tool of a session that names only its id from its presence, then from RALLY_TOOL, then from nobody', async () => {
    const room = { s1: { sessionId: 's1', tool: 'codex' }, stub: { sessionId: 'stub' } }
    const toolOf = async (question: Ask & { env?: Env }) => (await ask({ room, ...question }))?.tool
    expect(await toolOf({ clues: { sessionId: 's1' } })).toBe('codex')
    expect(await toolOf({ clues: { sessionId: 's1' }, env: { RALLY_TOOL: 'x' } })).toBe('codex')
    expect(await toolOf({ clues: { sessionId: 's1', tool: 'y' } })).toBe('y')
    expect(await toolOf({ clues: { sessionId: 'stub' }, env: { RALLY_TOOL: 'x' } })).toBe('x')
    expect(await toolOf({ clues: { sessionId: 'new' }, env: { RALLY_TOOL: 'x' } })).toBe('x')
    expect(await toolOf({ clues: { sessionId: 'new' } })).toBe('unknown')
    expect(await toolOf({ env: { RALLY_SESSION_ID: 's1' } })).toBe('codex')
    expect(await toolOf({ env: { RALLY_SESSION_ID: 's1', RALLY_TOOL: 'x' } })).toBe('x')
  })

  it('takes a name for the id that the room gives it, also of a parent', async () => {
    const room = { 'codex-1': { sessionId: 'c9', tool: 'codex' }, 'claude-2': { sessionId: 'a1', tool: 'claude_code' } }
    const named = { sessionId: 'c9', tool: 'codex', parent: 'a1', source: 'flag' }
    expect(await ask({ room, clues: { sessionId: 'codex-1', parent: 'claude-2' } })).toMatchObject(named)
    expect(await ask({ room, env: { RALLY_SESSION_ID: 'codex-1' } })).toMatchObject({ sessionId: 'c9', tool: 'codex' })
    expect(await ask({ room, clues: { sessionId: 'codex-2' } })).toMatchObject({
      sessionId: 'codex-2',
      tool: 'unknown',
    })
  })

  it('takes the flags, and the defaults for what they leave out', async () => {
    expect(await ask({ clues: { sessionId: 's1' } })).toEqual({
      sessionId: 's1',
      tool: 'unknown',
      model: 'inherit',
      runId: 'unknown',
      pid: expect.any(Number),
      host: 'm1',
      cwd: home,
      parent: null,
      source: 'flag',
      assumed: ['tool', 'model', 'runId', 'pid', 'host', 'cwd'],
    })
    const clues = {
      sessionId: 'agent:coder-1a2b',
      tool: '../../odd tool',
      model: 'm',
      runId: 'r',
      pid: 42,
      host: hostname(),
      cwd: '/elsewhere',
      parent: 'p',
    }
    expect(await ask({ clues })).toEqual({ ...clues, source: 'flag' })
  })

  it('takes variables where there is no flag, under the names of both systems', async () => {
    const env = {
      RALLY_SESSION_ID: 'e1',
      RALLY_TOOL: 'x',
      RALLY_MODEL: 'm',
      RALLY_RUN_ID: 'r',
      RALLY_PARENT_SESSION: 'p',
    }
    expect(await ask({ env })).toMatchObject({
      sessionId: 'e1',
      tool: 'x',
      model: 'm',
      runId: 'r',
      parent: 'p',
      source: 'environment',
    })
    expect(await ask({ env, clues: { sessionId: 'f1', tool: 'y', parent: 'q' } })).toMatchObject({
      sessionId: 'f1',
      tool: 'y',
      parent: 'q',
      source: 'flag',
    })
    const older = {
      RALLY_SESSION_ID: 'e1',
      RALLY_POINT_MODEL: 'm',
      BUILD_LOOP_RUN_ID: 'b',
      RALLY_PARENT_SESSION_ID: 'e1',
    }
    expect(await ask({ env: older })).toMatchObject({ model: 'm', runId: 'b', parent: null })
    expect(await ask({ env: { ...older, RALLY_POINT_RUN_ID: 'p' } })).toMatchObject({ runId: 'p' })
  })

  it.each(['../x', '*', '', '.hidden', 'a b', 'x'.repeat(5000)])('refuses the id %j', async (sessionId) => {
    expect(await ask({ clues: { sessionId } })).toMatchObject({ code: 'UNSAFE_ID', exit: 5 })
  })

  it('refuses unsafe ids from variables, hosts and parents too', async () => {
    const refused = { code: 'UNSAFE_ID', exit: 5 }
    expect(await ask({ env: { RALLY_SESSION_ID: '../x' } })).toMatchObject(refused)
    expect(await ask({ clues: { sessionId: 's1', parent: '../x' } })).toMatchObject(refused)
    expect(await ask({ env: { ALPHA_SESSION: '../x' } })).toBeNull()
  })
})

describe('identity in the shell of a host', () => {
  it('takes the session, the model and the process that the host names', async () => {
    const { pids, answer } = await askWithin([{ env: { ALPHA_SESSION: 'a1', ALPHA_PID: '{pid}' } }])
    expect(answer).toMatchObject({ sessionId: 'a1', tool: 'alpha_host', model: 'a-1', pid: pids[0], source: 'host' })
  })

  it('knows the host of a session that is named by a flag, and the parent of a child by its name', async () => {
    const host = { env: { ALPHA_SESSION: 'a1' } }
    expect((await askWithin([host], { clues: { sessionId: 'mine' } })).answer).toMatchObject({
      sessionId: 'mine',
      tool: 'alpha_host',
      model: 'inherit',
      parent: null,
    })
    expect((await askWithin([host], { clues: { sessionId: 'a1.agent-7' } })).answer).toMatchObject({ parent: 'a1' })
  })

  it('accepts dashes in the id of a host', async () => {
    expect(await ask({ clues: { sessionId: 's', tool: 'alpha-host' } })).toMatchObject({ tool: 'alpha_host' })
    expect(await ask({ clues: { sessionId: 's', tool: 'no-host' } })).toMatchObject({ tool: 'no-host' })
  })

  it.runIf(process.platform === 'linux')('tells the inner host from the outer one, either way round', async () => {
    const alpha = { env: { ALPHA_SESSION: 'a1' } }
    const beta = { env: { BETA_SESSION: 'b1' } }
    expect((await askWithin([alpha, beta])).answer).toMatchObject({ sessionId: 'b1', tool: 'beta' })
    expect((await askWithin([beta, alpha])).answer).toMatchObject({ sessionId: 'a1', tool: 'alpha_host' })
    expect((await askWithin([alpha, { env: { BETA_CLI: '1' } }], { live: { beta: ['b7'] } })).answer).toMatchObject({
      sessionId: 'b7',
      tool: 'beta',
    })
  })

  it('does not guess between two hosts that cannot be told apart, unless a hook or the user has said it', async () => {
    const both = { env: { ALPHA_SESSION: 'a1', BETA_SESSION: 'b1' } }
    const { answer } = await askWithin([both])
    expect(answer).toMatchObject({ code: 'SESSION_AMBIGUOUS', exit: 2 })
    expect(answer?.message).toContain('alpha_host a1, beta b1')
    expect((await askWithin([both], { clues: { tool: 'beta' } })).answer).toMatchObject({ sessionId: 'b1' })
    expect((await askWithin([both], { clues: { sessionId: 's1' } })).answer).toMatchObject({ tool: 'unknown' })
    const register = [{ sessionId: 'b1', tool: 'beta' }]
    expect((await askWithin([{ ...both, register }])).answer).toMatchObject({ sessionId: 'b1', tool: 'beta' })
  })
})

describe('identity of a host that names only itself', () => {
  const env = { BETA_CLI: '1' }

  it('is the only live session of that host in this working tree', async () => {
    expect((await askWithin([{ env }], { live: { beta: ['b1'] } })).answer).toMatchObject({
      sessionId: 'b1',
      tool: 'beta',
      source: 'host',
    })
    expect((await askWithin([{ env }], { live: { beta: ['b1', 'b2'] } })).answer).toMatchObject({
      code: 'SESSION_AMBIGUOUS',
    })
    expect((await askWithin([{ env }])).answer).toBeNull()
    expect((await askWithin([{ env }], { live: 'broken' })).answer).toBeNull()
  })

  it.runIf(process.platform === 'linux')('is the session that a hook registered for it, before that', async () => {
    const register = [{ sessionId: 'b9', tool: 'beta' }]
    expect((await askWithin([{ env, register }], { live: { beta: ['b1'] } })).answer).toMatchObject({
      sessionId: 'b9',
      tool: 'beta',
      source: 'ancestor',
    })
  })
})

describe.runIf(process.platform === 'linux')('identity by an ancestor that a hook registered', () => {
  it('finds the session through any number of shells', async () => {
    const { pids, answer } = await askWithin([{ register: [{ sessionId: 's1', tool: 'gamma' }] }])
    expect(answer).toMatchObject({ sessionId: 's1', tool: 'gamma', pid: pids[0], source: 'ancestor' })
  })

  it('takes the nearest one', async () => {
    const hosts = [{ register: [{ sessionId: 'outer', tool: 'g' }] }, { register: [{ sessionId: 'inner', tool: 'h' }] }]
    expect((await askWithin(hosts)).answer).toMatchObject({ sessionId: 'inner', tool: 'h' })
  })

  it('does not choose between two live sessions of one process', async () => {
    const register = ['s1', 's2'].map((sessionId) => ({ sessionId, tool: 'g' }))
    const { answer } = await askWithin([{ register }])
    expect(answer).toMatchObject({ code: 'SESSION_AMBIGUOUS', exit: 2 })
    expect(answer?.message).toContain('s1, s2')
    expect((await askWithin([{ register }], { live: { g: ['s2'] } })).answer).toMatchObject({ sessionId: 's2' })
    expect((await askWithin([{ register }], { clues: { sessionId: 's2' } })).answer).toMatchObject({ tool: 'g' })
    const ended = [...register, { sessionId: 's1', tool: 'g', ended: true }]
    expect((await askWithin([{ register: ended }])).answer).toMatchObject({ sessionId: 's2' })
  })
})
