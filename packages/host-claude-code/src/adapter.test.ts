import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const read = (name: string) => JSON.parse(fs.readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8'))
const recorded = (name: string) => read(`fixtures/${name}`)
const foreign = (name: string) => read(`test/fixtures/${name}`)

const HOOK_ENV = recorded('_env').host_specific_env_seen_by_a_hook
const GEMINI_ENV = foreign('gemini._env').host_specific_env_seen_by_a_hook
const SESSION = 'c8a43e6a-fb58-48ff-aecd-149075a5448a'
const CHILD = { agentId: 'a88f2cf1e82282d77', agentType: 'general-purpose' }

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  name,
  event: name.split('.')[0] ?? '',
  payload: recorded(name),
  env: HOOK_ENV,
  moment,
  ...extra,
})

const PROMPT = recorded('UserPromptSubmit')
const EDIT = recorded('PreToolUse.Edit')

const FIXTURES: readonly HostFixture[] = [
  fixture('SessionStart', { name: 'session-start', sessionId: SESSION, source: 'startup', hostPid: 13462 }),
  fixture('SessionStart.resume', { name: 'session-start', source: 'resume', cwd: '/home/dev/project' }),
  fixture('UserPromptSubmit', { name: 'prompt', sessionId: SESSION, quiet: undefined }),
  fixture('PreToolUse.Edit', { name: 'before-edit', paths: ['/home/dev/project/src/app.txt'] }),
  fixture('PreToolUse.Write', { name: 'before-edit', paths: ['/home/dev/project/src/new.txt'] }),
  fixture('PreToolUse.Write.subagent', { name: 'before-edit', sessionId: SESSION, ...CHILD }),
  fixture('PostToolUse.Edit', { name: 'after-edit', paths: ['/home/dev/project/src/app.txt'] }),
  fixture('PostToolUse.Write', { name: 'after-edit' }),
  fixture('PostToolUse.Write.subagent', { name: 'after-edit', ...CHILD }),
  fixture('Stop', { name: 'turn-end' }),
  fixture('SubagentStart', { name: 'child-start', sessionId: SESSION, ...CHILD }),
  fixture('SubagentStop', { name: 'child-end', sessionId: SESSION, ...CHILD }),
  fixture('SessionEnd', { name: 'session-end', source: 'other' }),
  // Events and tools that edit no file.
  fixture('PreToolUse.Bash', {
    name: 'before-edit',
    shell: { writes: [{ path: 'src/via-bash.txt', tree: false, by: 'redirection' }], git: [] },
  }),
  fixture('PostToolUse.Bash', {
    name: 'after-edit',
    shell: { writes: [{ path: 'src/via-bash.txt', tree: false, by: 'redirection' }], git: [] },
  }),
  ...['PreToolUse.Agent', 'PreToolUse.Read'].map((name) => fixture(name, null)),
  ...['PostToolUse.Agent', 'PostToolUse.Read', 'PostToolUseFailure.Bash'].map((name) => fixture(name, null)),
  ...['Bash', 'Edit', 'Write', 'Write.subagent'].map((name) => fixture(`PermissionRequest.${name}`, null)),
  ...['PostToolBatch', 'PostToolBatch.subagent'].map((name) => fixture(name, null)),
  // Made from recorded ones.
  fixture(
    'PreToolUse.Edit',
    { name: 'before-edit', paths: ['/home/dev/project/a.ipynb'] },
    {
      name: 'a notebook',
      payload: { ...EDIT, tool_name: 'NotebookEdit', tool_input: { notebook_path: '/home/dev/project/a.ipynb' } },
    },
  ),
  fixture(
    'UserPromptSubmit',
    { name: 'prompt', quiet: true },
    {
      name: 'a finished background subagent',
      payload: { ...PROMPT, prompt: '<task-notification>\n<task-id>a88f2cf1e82282d77</task-id>' },
    },
  ),
  fixture(
    'UserPromptSubmit',
    { name: 'prompt', quiet: true },
    {
      name: 'a prompt of the system',
      payload: { ...PROMPT, source: 'system' },
    },
  ),
  ...['clear', 'resume'].map((reason) =>
    fixture(
      'SessionEnd',
      { name: 'turn-end', source: reason },
      {
        name: `end by ${reason}`,
        payload: { ...recorded('SessionEnd'), reason },
      },
    ),
  ),
  fixture(
    'SessionStart',
    { name: 'session-start', hostPid: undefined },
    {
      name: 'variables of an outer session',
      env: { ...HOOK_ENV, CLAUDE_CODE_SESSION_ID: 'another' },
    },
  ),
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [
      { env: HOOK_ENV, sessionId: SESSION },
      { env: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: SESSION, CLAUDE_PID: 'x' }, sessionId: SESSION },
    ],
    outside: [GEMINI_ENV, { CODEX_SESSION_ID: 's', CLAUDECODE: '1' }, { CURSOR_AGENT: '1', CLAUDE_PROJECT_DIR: '/p' }],
  },
})

describe('Claude Code', () => {
  const adapter = factory(createHostApi())

  it('names the process of the host where the environment does', () => {
    expect(adapter.identify(HOOK_ENV)).toEqual({ sessionId: SESSION, hostPid: 13462 })
    expect(adapter.identify({ CLAUDE_CODE_SESSION_ID: 's', CLAUDE_PID: '0' })).toEqual({ sessionId: 's' })
  })

  it('warns and denies in the words of PreToolUse', () => {
    const moment = { name: 'before-edit', event: 'PreToolUse' } as const
    expect(JSON.parse(adapter.render(moment, { context: 'careful' }).stdout)).toEqual({
      hookSpecificOutput: { hookEventName: 'PreToolUse', additionalContext: 'careful' },
    })
    expect(JSON.parse(adapter.render(moment, { deny: { reason: 'held' }, context: 'by a peer' }).stdout)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'held\n\nby a peer',
      },
    })
  })

  it('never speaks at the end of a turn or a session', () => {
    expect(adapter.render({ name: 'turn-end', event: 'Stop' }, { context: 'x' }).stdout).toBe('')
    expect(adapter.render({ name: 'turn-end', event: 'SessionEnd' }, { context: 'x' }).stdout).toBe('')
  })
})
