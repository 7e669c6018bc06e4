import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const read = (name: string) => JSON.parse(fs.readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8'))
const recorded = (name: string) => read(`fixtures/${name}`)
const foreign = (name: string) => read(`test/fixtures/${name}`)

const HOOK_ENV = {
  CURSOR_PROJECT_DIR: '/home/dev/project',
  CURSOR_VERSION: '1.0.32',
  CLAUDE_PROJECT_DIR: '/home/dev/project',
}
const SESSION = '3f0b6a4e-5b58-4d0c-9b1d-2f1d7c6f5a10'
const CHILD = { agentId: '5b7a0f1e-1111-4222-8333-944455556666', agentType: 'generalPurpose', sessionId: SESSION }
const FILE = '/home/dev/project/src/app.txt'

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  name,
  event: name.split('.')[0] ?? '',
  payload: recorded(name),
  env: HOOK_ENV,
  moment,
  ...extra,
})

const WRITE = recorded('preToolUse.Write')
const { cwd: _, ...WRITE_WITHOUT_CWD } = WRITE

const FIXTURES: readonly HostFixture[] = [
  fixture('sessionStart', {
    name: 'session-start',
    sessionId: SESSION,
    cwd: '/home/dev/project',
    model: 'example-model',
  }),
  fixture('beforeSubmitPrompt', { name: 'prompt', sessionId: SESSION }),
  fixture('preToolUse.Write', { name: 'before-edit', paths: [FILE] }),
  fixture('preToolUse.Delete', { name: 'before-edit', paths: [FILE] }),
  fixture('postToolUse.Write', { name: 'after-edit', paths: [FILE] }),
  fixture('afterFileEdit', { name: 'after-edit', paths: [FILE] }),
  fixture('stop', { name: 'turn-end' }),
  fixture('sessionEnd', { name: 'session-end', source: 'completed' }),
  fixture('subagentStart', { name: 'child-start', ...CHILD }),
  fixture('subagentStop', { name: 'child-end', ...CHILD }),
  fixture('preToolUse.Shell', { name: 'before-edit', quiet: true, shell: undefined }),
  ...['preToolUse.MCP', 'postToolUseFailure.Write'].map((name) => fixture(name, null)),
  ...['afterAgentResponse', 'beforeShellExecution', 'preCompact'].map((name) => fixture(name, null)),
  fixture(
    'preToolUse.Write',
    { name: 'before-edit', paths: ['a.txt', 'b.txt'] },
    {
      name: 'a patch',
      payload: {
        ...WRITE,
        tool_name: 'ApplyPatch',
        tool_input: { patch: '*** Begin Patch\n*** Add File: a.txt\n+x\n*** Delete File: b.txt\n*** End Patch' },
      },
    },
  ),
  fixture(
    'preToolUse.Write',
    { name: 'before-edit', paths: [FILE] },
    {
      name: 'another spelling of the path',
      payload: { ...WRITE, tool_name: 'StrReplace', tool_input: { path: FILE } },
    },
  ),
  fixture(
    'preToolUse.Write',
    { name: 'before-edit', cwd: '/home/dev/project/sub' },
    {
      name: 'the innermost of several folders',
      payload: {
        ...WRITE_WITHOUT_CWD,
        tool_input: { file_path: '/home/dev/project/sub/a.txt' },
        workspace_roots: ['/home/dev/other', '/home/dev/project', '/home/dev/project/sub', '/home/dev/project/su'],
      },
    },
  ),
  fixture(
    'sessionStart',
    { name: 'session-start', cwd: '/home/dev/project' },
    {
      name: 'no folder in the payload',
      payload: { ...recorded('sessionStart'), workspace_roots: [] },
    },
  ),
  fixture(
    'subagentStart',
    { name: 'child-start', sessionId: 'parent-1' },
    {
      name: 'a child of a named parent',
      payload: { ...recorded('subagentStart'), parent_conversation_id: 'parent-1' },
    },
  ),
  { name: 'of another host', event: 'sessionStart', payload: foreign('claude-code.SessionStart'), moment: null },
  {
    name: 'of another host under our name',
    event: 'preToolUse',
    payload: { ...foreign('claude-code.PreToolUse.Write'), hook_event_name: 'preToolUse' },
    moment: null,
  },
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  empty: '{}',
  silentEvents: ['afterFileEdit'],
  environments: {
    inside: [
      { env: { CURSOR_AGENT: '1', CURSOR_CONVERSATION_ID: SESSION }, sessionId: SESSION },
      { env: { CURSOR_AGENT: '1' } },
    ],
    outside: [HOOK_ENV, { CURSOR_TRACE_ID: 'x' }, { TERM_PROGRAM: 'vscode' }],
  },
})

describe('Cursor', () => {
  const adapter = factory(createHostApi())

  it('holds nothing that a naive removal of comments would cut, and only events of the runtime', () => {
    const known = [
      'sessionStart',
      'sessionEnd',
      'beforeSubmitPrompt',
      'preToolUse',
      'stop',
      'subagentStart',
      'subagentStop',
    ]
    for (const file of adapter.configFiles) {
      expect(JSON.stringify(file.entries)).not.toContain('//')
      for (const { at } of file.entries) expect(known).toContain(at[1])
      expect(JSON.parse(file.empty).version).toBe(1)
    }
  })

  it('matches the editing tools whole', () => {
    const entry = adapter.configFiles[0]?.entries.find(({ event }) => event === 'preToolUse')
    const matcher = new RegExp(String(JSON.parse(JSON.stringify(entry?.value)).matcher))
    for (const tool of ['Write', 'Delete', 'StrReplace', 'ApplyPatch', 'Shell']) expect(matcher.test(tool)).toBe(true)
    for (const tool of ['TodoWrite', 'ShellX', 'Read', 'MCP:Write']) expect(matcher.test(tool)).toBe(false)
  })

  it('says {} rather than nothing', () => {
    expect(adapter.render({ name: 'turn-end', event: 'stop' }, {}).stdout).toBe('{}')
    expect(adapter.render({ name: 'prompt', event: 'not an event' }, {}).stdout).toBe('{}')
  })

  it('tells a denial to the model and to the user', () => {
    const { stdout } = adapter.render({ name: 'before-edit', event: 'preToolUse' }, { deny: { reason: 'held' } })
    expect(JSON.parse(stdout)).toEqual({ permission: 'deny', agent_message: 'held', user_message: 'held' })
  })
})
