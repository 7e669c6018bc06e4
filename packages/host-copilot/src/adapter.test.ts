import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const recorded = (name: string) =>
  JSON.parse(fs.readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))

const HOOK_ENV = recorded('_env').host_specific_env_seen_by_a_hook
const SESSION = '00000000-0000-4000-8000-000000000001'
const adapter = factory(createHostApi())

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  ...{ name, event: name.split('.')[0] ?? '', payload: recorded(name), env: HOOK_ENV, moment },
  ...extra,
})
const bothSides = (tool: string, moment: object | null): HostFixture[] =>
  (['preToolUse', 'postToolUse'] as const).map((event) =>
    fixture(`${event}.${tool}`, moment && { name: event === 'preToolUse' ? 'before-edit' : 'after-edit', ...moment }),
  )

const started = recorded('subagentStart')
const inside = recorded('preToolUse.create.subagent')
const edit = recorded('preToolUse.edit')

const FIXTURES: readonly HostFixture[] = [
  fixture('sessionStart', { name: 'session-start', sessionId: SESSION, source: 'new' }),
  fixture('userPromptSubmitted', { name: 'prompt', prompt: 'please edit', quiet: undefined }),
  fixture('userPromptSubmitted.subagent', { name: 'prompt', quiet: true }),
  ...bothSides('edit', { paths: ['/home/dev/project/src/shared.txt'] }),
  ...bothSides('create', { paths: ['/home/dev/project/src/new.txt'] }),
  ...bothSides('view', null),
  ...bothSides('bash', {
    shell: {
      writes: [
        { path: '/home/dev/shell.env', tree: false, by: 'redirection' },
        { path: 'src/by-shell.txt', tree: false, by: 'redirection' },
      ],
      git: [],
    },
  }),
  fixture('preToolUse.create.subagent', {
    ...{ name: 'before-edit', sessionId: inside.parentAgentId, agentId: inside.agentId },
    agentType: 'general-purpose',
  }),
  fixture('subagentStart', { name: 'child-start', sessionId: started.sessionId, agentId: started.agentId }),
  fixture('subagentStop', { name: 'child-end' }),
  fixture('agentStop', { name: 'turn-end' }),
  fixture('sessionEnd', { name: 'session-end', source: 'complete' }),
  fixture(
    'preToolUse.edit',
    { name: 'before-edit', paths: ['src/a.ts'] },
    { name: 'arguments as JSON text', payload: { ...edit, toolArgs: '{"path":"src/a.ts"}' } },
  ),
  fixture(
    'preToolUse.edit',
    { name: 'before-edit', paths: ['a.ts', 'b.ts'] },
    {
      name: 'a patch',
      payload: {
        ...{ ...edit, toolName: 'apply_patch' },
        toolArgs: '*** Begin Patch\n*** Update File: a.ts\n*** Delete File: b.ts\n*** End Patch',
      },
    },
  ),
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [{ env: { COPILOT_CLI: '1', COPILOT_AGENT_SESSION_ID: SESSION }, sessionId: SESSION }],
    outside: [{ COPILOT_MODEL: 'm' }, { GITHUB_TOKEN: 't' }, { COPILOT_GITHUB_TOKEN: 't' }],
  },
})

describe('GitHub Copilot CLI', () => {
  it('has a file of its own, and its signs are none that every repository has', () => {
    expect(adapter.configFiles.map(({ path }) => path)).toEqual([
      '.github/hooks/rally.json',
      '.copilot/hooks/rally.json',
    ])
    for (const { path } of adapter.signs ?? []) expect(path).not.toBe('.github')
  })

  it('matches the names of tools whole', () => {
    const entry = adapter.configFiles[0]?.entries.find(({ event }) => event === 'preToolUse')
    expect(entry?.value).toMatchObject({ matcher: expect.stringMatching(/^[a-z_|]+$/) })
  })
})
