import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const recorded = (name: string) => JSON.parse(readFileSync(`${folder}/fixtures/${name}.json`, 'utf8'))
const HOOK_ENV = recorded('_env').host_specific_env_seen_by_a_hook
const SESSION = recorded('session_start').session_id

const fixture = (name: string, moment: HostFixture['moment']): HostFixture => {
  const payload = recorded(name)
  return { name, event: payload.event, payload, env: HOOK_ENV, moment }
}
const bothSides = (tool: string, moment: object): HostFixture[] => [
  fixture(`tool_call.${tool}`, { name: 'before-edit', ...moment }),
  fixture(`tool_result.${tool}`, { name: 'after-edit', ...moment }),
]
const edit = recorded('tool_call.edit')

hostContract({ describe, it }, factory, {
  fixtures: [
    fixture('session_start', { name: 'session-start', sessionId: SESSION, hostPid: 4242, source: 'startup' }),
    fixture('before_agent_start', { name: 'prompt', prompt: 'please edit', model: 'm' }),
    ...bothSides('edit', { paths: ['/home/dev/project/src/shared.txt'] }),
    ...bothSides('write', { paths: ['/home/dev/project/src/new.txt'] }),
    ...bothSides('bash', {
      shell: {
        writes: [
          { path: '/home/dev/shell.env', tree: false, by: 'redirection' },
          { path: 'src/by-shell.txt', tree: false, by: 'redirection' },
        ],
        git: [],
      },
    }),
    fixture('tool_result.scripted', {
      name: 'after-edit',
      paths: ['/home/dev/project/src/shared.txt', '/home/dev/project/src/new.txt'],
    }),
    fixture('agent_end', { name: 'turn-end' }),
    fixture('session_shutdown', { name: 'session-end', source: 'quit' }),
    { name: 'a tool that edits nothing', event: 'tool_call', payload: { ...edit, tool: 'read' }, moment: null },
  ],
  refuses,
  environments: {
    inside: [
      { env: { PI_CODING_AGENT: 'true', PI_SESSION_ID: SESSION }, sessionId: SESSION },
      { env: { PI_CODING_AGENT: 'true' } },
    ],
    outside: [{ AI_AGENT: 'pi' }, { PI_MODEL: 'm' }, { PI_CODING_AGENT_DIR: '/pi' }],
  },
})

describe('Pi', () => {
  const adapter = factory(createHostApi())
  const program = new URL('../programs/rally.js', import.meta.url)

  /** The program in a Pi that runs no hooks: what its handlers answer where rally is not installed. */
  async function load() {
    const handlers = new Map<string, (event: object, ctx: object) => Promise<unknown>>()
    const { default: rally } = await import(program.href)
    rally({ on: (name: string, handler: never) => handlers.set(name, handler) })
    return handlers
  }

  it('has a program that listens to what is declared, in this order', async () => {
    const declared = adapter.programFiles?.[0]?.events
    expect([...(await load()).keys()]).toEqual(declared)
  })

  it('says nothing and breaks nothing where rally is not installed', async () => {
    const handlers = await load()
    const before = { PATH: process.env.PATH, PI_SESSION_ID: process.env.PI_SESSION_ID }
    process.env.PATH = '/nowhere'
    try {
      const ctx = { cwd: process.cwd(), sessionManager: { getSessionId: () => SESSION } }
      const event = { reason: 'startup', prompt: 'go', toolName: 'edit', input: { path: '@a.txt' }, content: [] }
      for (const handler of handlers.values()) expect(await handler(event, ctx)).toBeUndefined()
    } finally {
      process.env.PATH = before.PATH
      if (before.PI_SESSION_ID === undefined) delete process.env.PI_SESSION_ID
      else process.env.PI_SESSION_ID = before.PI_SESSION_ID
    }
  })
})
