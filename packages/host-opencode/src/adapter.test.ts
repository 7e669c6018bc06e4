import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const recorded = (name: string) =>
  JSON.parse(fs.readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))

const HOOK_ENV = recorded('_env').host_specific_env_seen_by_a_hook
const { session_id: SESSION, agent_id: CHILD } = recorded('session.child.created')
const adapter = factory(createHostApi())

const fixture = (name: string, moment: HostFixture['moment']): HostFixture => {
  const payload = recorded(name)
  return { name, event: payload.event, payload, env: HOOK_ENV, moment }
}
const bothSides = (name: string, moment: object | null): HostFixture[] =>
  (['before', 'after'] as const).map((side) =>
    fixture(`tool.execute.${side}.${name}`, moment && { name: `${side}-edit`, ...moment }),
  )

const patch = recorded('tool.execute.before.edit')

const FIXTURES: readonly HostFixture[] = [
  fixture('chat.message', { name: 'prompt', sessionId: SESSION, hostPid: 4242, model: 'm', prompt: '"please edit"' }),
  ...bothSides('edit', { paths: ['/home/dev/project/src/shared.txt'] }),
  ...bothSides('write', { paths: ['/home/dev/project/src/new.txt'] }),
  ...bothSides('write.subagent', { sessionId: SESSION, agentId: CHILD, paths: ['/home/dev/project/src/child.txt'] }),
  ...bothSides('bash.subagent', { agentId: CHILD }),
  fixture('session.child.created', { name: 'child-start', sessionId: SESSION, agentId: CHILD, agentType: 'general' }),
  fixture('session.child.ended', { name: 'child-end', sessionId: SESSION, agentId: CHILD }),
  fixture('session.idle', { name: 'turn-end' }),
  fixture('session.deleted', { name: 'session-end', source: 'exit' }),
  {
    name: 'a tool that edits nothing',
    event: 'tool.execute.before',
    payload: { ...patch, tool: 'read' },
    moment: null,
  },
  {
    name: 'a patch',
    event: 'tool.execute.before',
    payload: {
      ...patch,
      tool: 'apply_patch',
      args: { patchText: '*** Begin Patch\n*** Add File: a.ts\n*** End Patch' },
    },
    moment: { name: 'before-edit', paths: ['a.ts'] },
  },
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [
      { env: { OPENCODE: '1', OPENCODE_SESSION_ID: SESSION }, sessionId: SESSION },
      { env: { OPENCODE: '1', AGENT: '1' } },
    ],
    outside: [{ AGENT: '1' }, { OPENCODE_PID: '4242' }, { OPENCODE_CONFIG: '/c' }],
  },
})

describe('OpenCode', () => {
  const program = new URL('../programs/rally.js', import.meta.url)
  const text = fs.readFileSync(program, 'utf8')

  it('has a program that is legal, and calls rally-hook for every event that is declared', () => {
    const { status, stderr } = spawnSync(process.execPath, [
      '--input-type=module',
      '-e',
      `${text}\n// rally:000000000000`,
    ])
    expect(status, String(stderr)).toBe(0)
    for (const { events } of adapter.programFiles ?? []) {
      expect(new Set(events)).toEqual(new Set(FIXTURES.map(({ event }) => event)))
      for (const event of events) expect(text).toContain(`'${event}'`)
    }
  })

  it('says nothing and breaks nothing where rally is not installed', async () => {
    const { Rally } = await import(program.href)
    const PATH = process.env.PATH
    process.env.PATH = '/nowhere'
    try {
      const hooks = await Rally({ directory: process.cwd() })
      const output = { output: 'done' }
      await hooks['tool.execute.before']({ tool: 'edit', sessionID: 's' }, { args: {} })
      await hooks['tool.execute.after']({ tool: 'edit', sessionID: 's', args: {} }, output)
      const parts = [{ id: 'p', type: 'text', text: 'hello' }]
      await hooks['chat.message']({ sessionID: 's' }, { message: { id: 'm' }, parts })
      await hooks.event({ event: { type: 'session.idle', properties: { sessionID: 's' } } })
      await hooks.dispose()
      expect([output.output, parts.length]).toEqual(['done', 1])
    } finally {
      process.env.PATH = PATH
    }
  })
})
