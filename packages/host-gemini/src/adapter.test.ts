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
const SESSION = 'af4927e6-5d1e-478d-bc12-f71910e35581'

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  name,
  event: name.split('.')[0] ?? '',
  payload: recorded(name),
  env: HOOK_ENV,
  moment,
  ...extra,
})

const CHILD = { agentId: 'generalist', agentType: 'generalist', sessionId: '9ea5b7ae-d828-4da0-a458-3ba5a0183c4a' }

const FIXTURES: readonly HostFixture[] = [
  fixture('SessionStart', { name: 'session-start', sessionId: SESSION, source: 'startup' }),
  fixture('BeforeAgent', { name: 'prompt', cwd: '/home/dev/project' }),
  fixture('BeforeTool.write_file', { name: 'before-edit', paths: ['/home/dev/project/src/new.txt'] }),
  fixture('BeforeTool.replace', { name: 'before-edit', paths: ['/home/dev/project/src/app.txt'] }),
  fixture('AfterTool.write_file', { name: 'after-edit', paths: ['/home/dev/project/src/new.txt'] }),
  fixture('AfterTool.replace', { name: 'after-edit', paths: ['/home/dev/project/src/app.txt'] }),
  fixture('BeforeTool.invoke_agent', { name: 'child-start', ...CHILD }),
  fixture('AfterTool.invoke_agent', { name: 'child-end', ...CHILD }),
  fixture('AfterAgent', { name: 'turn-end' }),
  fixture('SessionEnd', { name: 'session-end', source: 'exit' }),
  ...['BeforeTool', 'AfterTool'].flatMap((event) => [
    fixture(`${event}.read_file`, null),
    fixture(`${event}.run_shell_command`, {
      name: event === 'BeforeTool' ? 'before-edit' : 'after-edit',
      shell: { writes: [{ path: 'src/via-shell.txt', tree: false, by: 'redirection' }], git: [] },
    }),
  ]),
  ...['BeforeModel', 'AfterModel', 'BeforeToolSelection', 'PreCompress'].map((name) => fixture(name, null)),
  fixture(
    'BeforeTool.invoke_agent',
    { name: 'child-start', agentId: '-my-agent-2', agentType: '../my agent 2' },
    {
      name: 'an agent with an awkward name',
      payload: { ...recorded('BeforeTool.invoke_agent'), tool_input: { agent_name: '../my agent 2' } },
    },
  ),
  ...['SessionStart', 'SessionEnd'].flatMap((event) =>
    ['claude-code', 'codex'].map((host) => ({
      name: `${host}: ${event}`,
      event,
      payload: foreign(`${host}.${event}`),
      moment: null,
    })),
  ),
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [{ env: HOOK_ENV, sessionId: SESSION }, { env: { GEMINI_CLI: '1', GEMINI_CLI_NO_RELAUNCH: 'true' } }],
    outside: [{ GEMINI_API_KEY: 'k' }, { GEMINI_PROJECT_DIR: '/p' }, { CODEX_SESSION_ID: 's' }],
  },
})

describe('Gemini CLI', () => {
  const adapter = factory(createHostApi())

  it('counts time in milliseconds and names its entries', () => {
    for (const file of adapter.configFiles) {
      for (const { value } of file.entries) {
        const [handler] = JSON.parse(JSON.stringify(value)).hooks as [{ timeout: number; name: string }]
        expect(handler.timeout).toBeGreaterThanOrEqual(1000)
        expect(handler.name).toMatch(/^rally-/)
      }
    }
  })

  it('matches the editing tools whole', () => {
    const entry = adapter.configFiles[0]?.entries.find(({ event }) => event === 'BeforeTool')
    const matcher = new RegExp(String(JSON.parse(JSON.stringify(entry?.value)).matcher))
    for (const tool of ['write_file', 'replace', 'invoke_agent', 'run_shell_command'])
      expect(matcher.test(tool)).toBe(true)
    for (const tool of ['read_file', 'mcp_x_replace', 'run_shell']) expect(matcher.test(tool)).toBe(false)
  })

  it('warns after the edit, since text before it is lost', () => {
    expect(adapter.render({ name: 'before-edit', event: 'BeforeTool' }, { context: 'careful' }).stdout).toBe('')
    expect(adapter.render({ name: 'after-edit', event: 'AfterTool' }, { context: 'careful' }).stdout).toContain(
      'careful',
    )
    expect(adapter.render({ name: 'child-end', event: 'AfterTool' }, { context: 'careful' }).stdout).toBe('')
  })
})
