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
const CHILD = { agentId: 'general-purpose-call_1', sessionId: SESSION }

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  ...{ name, event: name.split('.')[0] ?? '', payload: recorded(name), env: HOOK_ENV, moment },
  ...extra,
})
const bothSides = (tool: string, moment: object | null): HostFixture[] =>
  (['PreToolUse', 'PostToolUse'] as const).map((event) =>
    fixture(`${event}.${tool}`, moment && { name: event === 'PreToolUse' ? 'before-edit' : 'after-edit', ...moment }),
  )

const FIXTURES: readonly HostFixture[] = [
  fixture('SessionStart', { name: 'session-start', sessionId: SESSION, source: 'startup', model: 'gpt-x' }),
  fixture('UserPromptSubmit', { name: 'prompt', cwd: '/home/dev/project', prompt: 'please edit', quiet: undefined }),
  fixture('UserPromptSubmit.continued', { name: 'prompt', quiet: true }),
  ...bothSides('edit', { paths: ['/home/dev/project/src/shared.txt'] }),
  ...bothSides('write_file', { paths: ['/home/dev/project/src/new.txt'] }),
  ...bothSides('read_file', null),
  ...bothSides('run_shell_command', {
    shell: {
      writes: [
        { path: '/home/dev/shell.env', tree: false, by: 'redirection' },
        { path: 'src/by-shell.txt', tree: false, by: 'redirection' },
      ],
      git: [],
    },
  }),
  fixture('PreToolUse.write_file.subagent', { name: 'before-edit', ...CHILD }),
  fixture('SubagentStart', { name: 'child-start', ...CHILD, agentType: 'general-purpose' }),
  fixture('SubagentStop', { name: 'child-end', ...CHILD }),
  fixture('Stop', { name: 'turn-end' }),
  // It does not come headless: made from its documentation.
  fixture(
    'SessionStart',
    { name: 'session-end', source: 'prompt_input_exit' },
    {
      name: 'SessionEnd',
      event: 'SessionEnd',
      payload: { ...recorded('SessionStart'), hook_event_name: 'SessionEnd', reason: 'prompt_input_exit' },
    },
  ),
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [{ env: HOOK_ENV, sessionId: SESSION }, { env: { QWEN_CODE: '1' } }],
    outside: [{ QWEN_PROJECT_DIR: '/p' }, { GEMINI_CLI: '1' }, { OPENAI_API_KEY: 'k' }],
  },
})

describe('Qwen Code', () => {
  const adapter = factory(createHostApi())

  it('writes timeouts that every release takes for milliseconds', () => {
    for (const { entries } of adapter.configFiles)
      for (const { value } of entries) expect(value).toMatchObject({ hooks: [{ timeout: 5_000 }] })
  })

  it('warns after the edit, since text before it is lost', () => {
    expect(adapter.render({ name: 'before-edit', event: 'PreToolUse' }, { context: 'careful' }).stdout).toBe('')
    expect(adapter.render({ name: 'after-edit', event: 'PostToolUse' }, { context: 'careful' }).stdout).toContain(
      'careful',
    )
  })
})
