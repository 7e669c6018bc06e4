import { defineHost, fileOf, groupedEntry, HOOK_SPECIFIC_OUTPUT, mcpServer, shellOf } from '@rally/plugin-kit'
import { CONSENTS } from './consents.js'
import { effective } from './effective.js'

const EDIT_TOOLS: readonly string[] = ['write_file', 'replace']
const SUBAGENT_TOOL = 'invoke_agent'
const SHELL_TOOL = 'run_shell_command'
const MATCHER = '^(write_file|replace|invoke_agent|run_shell_command)$'

const SETTINGS = { path: '.gemini/settings.json', dialect: 'jsonc' } as const
const USER = { rootVariable: 'GEMINI_CLI_HOME' } as const
const HEARD = ['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'SessionEnd'] as const

const MCP_SERVER = {
  ...SETTINGS,
  purpose: 'server',
  empty: '{}\n',
  at: ['mcpServers', 'rally'],
  value: { ...mcpServer('gemini'), trust: true },
} as const

export default defineHost({
  id: 'gemini',
  title: 'Gemini CLI',
  shortName: 'gemini',
  aliases: ['gemini-cli'],
  marks: {
    // The shell tool is told which host it is in, but not which session; hooks are told both.
    sessionVariables: ['GEMINI_SESSION_ID'],
    hostVariables: { GEMINI_CLI: '1' },
  },
  events: {
    SessionStart: 'session-start',
    BeforeAgent: 'prompt',
    BeforeTool: 'before-edit',
    AfterTool: 'after-edit',
    AfterAgent: 'turn-end',
    SessionEnd: 'session-end',
  },
  known: { by: 'run', version: '0.61.0' },
  capabilities: {
    moments: ['child-start', 'child-end'],
    // Not before-edit: BeforeTool takes a decision but drops text.
    context: ['session-start', 'prompt', 'after-edit'],
    deny: true,
    // 30,000 characters arrived whole (0.61.0); no limit was seen.
    textLimit: 30_000,
    timeoutUnit: 'ms',
    // A tool call made inside a subagent looks like one of its parent.
    children: false,
  },
  // Every payload has one; other hosts that know SessionStart and SessionEnd send none.
  needs: ['timestamp'],
  edited({ api, event, payload }) {
    const tool = api.str(payload.tool_name)
    const input = api.obj(payload.tool_input)
    if (tool === SHELL_TOOL) return shellOf({ api }, input)
    if (EDIT_TOOLS.includes(tool)) return fileOf({ api }, input, 'file_path')
    // There is no agent id. Its name has to do: the roster shows that one is at work, and children of one name are one.
    const agentType = tool === SUBAGENT_TOOL ? api.str(input.agent_name) : ''
    const agentId = agentType.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 64)
    if (agentId === '') return undefined
    return { name: event === 'BeforeTool' ? 'child-start' : 'child-end', agentId, agentType }
  },
  gate: { tools: EDIT_TOOLS, shell: [SHELL_TOOL] },
  answers: {
    ...HOOK_SPECIFIC_OUTPUT,
    deny: (reason) => ({ decision: 'deny', reason }),
    goOn: (reason) => ({ decision: 'deny', reason }),
  },
  hooks: {
    // Comments are allowed and kept, a trailing comma would stop Gemini CLI from starting.
    file: { ...SETTINGS, restart: ['gemini'] },
    project: {
      trust: [
        {
          ...{ ...USER, path: '.gemini/trustedFolders.json', dialect: 'jsonc' },
          at: ['{repo}'],
          accepts: ['TRUST_FOLDER', 'TRUST_PARENT'],
          parents: true,
          waivedBy: { ...SETTINGS, ...USER, scope: 'user', at: ['security', 'folderTrust', 'enabled'], off: false },
          step: 'Trust this folder when gemini asks; it loads no project settings from a folder that is not trusted (headless: set GEMINI_CLI_TRUST_WORKSPACE=true).',
        },
      ],
    },
    entry: (command, line) => groupedEntry(command, { ...line, name: `rally-${dashed(line.event)}` }),
    // Milliseconds, unlike in the other hosts.
    timeout: 5_000,
    // Both sides of a tool: the claim comes before the edit, but text given there is lost, so the warning comes after it. Not
    // the model events and PreCompress, which fire for every model call.
    events: HEARD,
    // Recorded from 0.61.0.
    lines: {
      BeforeTool: { matcher: MATCHER, sample: 'BeforeTool.replace' },
      AfterTool: { matcher: MATCHER, sample: 'AfterTool.replace' },
    },
  },
  // `trust`: without it every call asks, and headless the tools are not there (0.61.0).
  mcp: {
    settings: [
      { ...MCP_SERVER, ...USER, scope: 'user' },
      { ...MCP_SERVER, scope: 'project' },
    ],
    restart: ['gemini'],
  },
  skill: '.gemini/skills/agent-rally-point/SKILL.md',
  userFolder: USER,
  // Commands are joined when name and text are the same, also across scopes.
  runner: {
    shell: ['bash', '-c'],
    stdin: 'pipe',
    userCwd: 'session',
    env: {
      ...{ GEMINI_SESSION_ID: '{session}', GEMINI_PROJECT_DIR: '{cwd}' },
      ...{ GEMINI_CWD: '{cwd}', CLAUDE_PROJECT_DIR: '{cwd}' },
    },
    duplicates: 'once',
  },
  // `sandbox-exec` or the name of a container (read in 0.61.0).
  sandbox: {
    variables: { SANDBOX: '' },
    step: 'start gemini without its sandbox, or with one that may write to {rooms}',
  },
  consents: CONSENTS,
  traces: { programs: ['gemini'], folders: [{ path: '.gemini/tmp', ...USER }] },
  effective: effective(Object.fromEntries(HEARD.map((event) => [event, `rally-${dashed(event)}`]))),
})

/** `SessionStart` as `session-start`. */
function dashed(event: string): string {
  return event.replace(/\B[A-Z]/g, '-$&').toLowerCase()
}
