import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const read = (name: string) => JSON.parse(fs.readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8'))
const recorded = (name: string) => read(`fixtures/${name}`)
const foreign = (name: string) => read(`test/fixtures/${name}`)

const CLAUDE_ENV = foreign('claude-code._env').host_specific_env_seen_by_a_hook
const GEMINI_ENV = foreign('gemini._env').host_specific_env_seen_by_a_hook
const SESSION = '01a202fb-a029-7621-8eb4-6032620f150d'
const PARENT = '01a202fe-3d7c-74a1-b416-6e4a0b13130b'
const CHILD = { agentId: '01a202fe-3ec3-7f30-88e4-a0158f21fdff', agentType: 'default' }

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  name,
  event: name.split('.')[0] ?? '',
  payload: recorded(name),
  moment,
  ...extra,
})

const bash = (command: unknown) => ({ ...recorded('PreToolUse.Bash'), tool_input: { command } })
const patch = (command: string) => ({ ...recorded('PreToolUse.apply_patch'), tool_input: { command } })

const FIXTURES: readonly HostFixture[] = [
  fixture('SessionStart', { name: 'session-start', sessionId: SESSION, source: 'startup', model: 'gpt-5.5' }),
  fixture('SessionStart.resume', { name: 'session-start', source: 'resume' }),
  fixture('UserPromptSubmit', { name: 'prompt', sessionId: SESSION, cwd: '/home/dev/project' }),
  fixture('PreToolUse.apply_patch', { name: 'before-edit', paths: ['src/app.txt', 'src/new.txt'], quiet: undefined }),
  fixture('PreToolUse.apply_patch.subagent', {
    name: 'before-edit',
    sessionId: PARENT,
    paths: ['src/sub.txt'],
    ...CHILD,
  }),
  fixture('PostToolUse.apply_patch', { name: 'after-edit', paths: ['src/app.txt', 'src/new.txt'] }),
  fixture('PostToolUse.apply_patch.subagent', { name: 'after-edit', paths: ['src/sub.txt'], ...CHILD }),
  fixture('PreToolUse.Bash', {
    name: 'before-edit',
    shell: { writes: [{ path: 'src/via-shell.txt', tree: false, by: 'redirection' }], git: [] },
  }),
  fixture('PostToolUse.Bash', {
    name: 'after-edit',
    shell: { writes: [{ path: 'src/via-shell.txt', tree: false, by: 'redirection' }], git: [] },
  }),
  fixture('Stop', { name: 'turn-end' }),
  fixture('SubagentStart', { name: 'child-start', sessionId: PARENT, ...CHILD }),
  fixture('SubagentStop', { name: 'child-end', sessionId: PARENT, ...CHILD }),
  fixture('SessionEnd', { name: 'session-end', sessionId: SESSION, source: 'other' }),
  ...['PreToolUse', 'PostToolUse'].flatMap((event) => [
    fixture(`${event}.collaborationspawn_agent`, null),
    fixture(`${event}.collaborationwait_agent`, null),
  ]),
  fixture('PreModelRequest', null),
  fixture('PostModelRequest', null),
  // Made from recorded ones.
  fixture(
    'Stop',
    { name: 'turn-end' },
    {
      name: 'an interrupted turn',
      event: 'Interrupt',
      payload: { ...recorded('Stop'), hook_event_name: 'Interrupt' },
    },
  ),
  fixture(
    'PreToolUse.apply_patch',
    { name: 'before-edit', paths: ['old name.txt', 'new/name.txt', 'gone.txt'] },
    {
      name: 'a patch that moves and deletes',
      payload: patch(
        '*** Begin Patch\n*** Update File: old name.txt\n*** Move to: new/name.txt\n@@\n-*** Add File: no.txt\n+a\n*** Delete File: gone.txt\n*** End Patch',
      ),
    },
  ),
  fixture(
    'PreToolUse.Bash',
    {
      name: 'before-edit',
      shell: { writes: [{ path: 'sub/a.txt', tree: false, by: 'apply_patch' }], git: [] },
    },
    {
      name: 'a patch carried by the shell',
      payload: bash("cd sub && apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\nEOF"),
    },
  ),
  fixture(
    'PreToolUse.Bash',
    { name: 'before-edit', shell: { writes: [{ path: 'a.txt', tree: false, by: 'apply_patch' }], git: [] } },
    {
      name: 'a command as a list of words',
      payload: bash([
        'bash',
        '-lc',
        "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\nEOF",
      ]),
    },
  ),
  fixture('PreToolUse.Bash', { name: 'before-edit', quiet: true }, { name: 'no command', payload: bash(undefined) }),
  fixture(
    'PreToolUse.apply_patch',
    { name: 'before-edit', paths: ['/abs/a.txt'] },
    {
      name: 'an edit tool with a path',
      payload: { ...patch(''), tool_name: 'Write', tool_input: { file_path: '/abs/a.txt' } },
    },
  ),
  fixture(
    'SessionEnd',
    { name: 'session-end' },
    {
      name: 'inside the shell of another host',
      env: CLAUDE_ENV,
    },
  ),
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [
      { env: { CODEX_SESSION_ID: SESSION, CODEX_THREAD_ID: SESSION, CODEX_CI: '1' }, sessionId: SESSION },
      { env: { CODEX_SESSION_ID: PARENT, CODEX_THREAD_ID: CHILD.agentId }, sessionId: PARENT },
      { env: { CODEX_THREAD_ID: SESSION, CODEX_VERSION: '0.169.0' }, sessionId: SESSION },
    ],
    outside: [CLAUDE_ENV, GEMINI_ENV, { CODEX_CI: '1', CODEX_VERSION: '0.169.0' }, { CODEX_HOME: '/home/dev/.codex' }],
  },
})

describe('Codex CLI', () => {
  const adapter = factory(createHostApi())

  it('keeps the two ends within the three seconds that the host allows', () => {
    for (const file of adapter.configFiles) {
      for (const { event, value } of file.entries) {
        const [handler] = JSON.parse(JSON.stringify(value)).hooks as [{ timeout: number }]
        if (event === 'SessionEnd' || event === 'Interrupt') expect(handler.timeout).toBeLessThanOrEqual(3)
      }
    }
  })

  it('has a matcher that names the tools of its fixtures', () => {
    const entry = adapter.configFiles[0]?.entries.find(({ event }) => event === 'PreToolUse')
    expect(entry?.value).toMatchObject({ matcher: 'apply_patch|Edit|Write|Bash' })
  })

  it('puts warning and refusal into one known field each', () => {
    const moment = { name: 'before-edit', event: 'PreToolUse' } as const
    expect(adapter.render(moment, { context: 'careful' }).stdout).toBe(
      '{"hookSpecificOutput":{"hookEventName":"PreToolUse","additionalContext":"careful"}}',
    )
    expect(adapter.render(moment, { deny: { reason: 'held' } }).stdout).toBe(
      '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"held"}}',
    )
  })
})
