import { defineHost, fileOf, groupedEntry, HOOK_SPECIFIC_OUTPUT, mcpServer, shellOf } from '@rally/plugin-kit'
import { CONSENTS } from './consents.js'
import { EFFECTIVE } from './effective.js'

/** The tools that change files, with the field that names the file (absolute). */
const EDIT_TOOLS: ReadonlyMap<string, string> = new Map([
  ['Edit', 'file_path'],
  ['Write', 'file_path'],
  ['MultiEdit', 'file_path'],
  ['NotebookEdit', 'notebook_path'],
])

const TRUST = {
  trustSteps: ['Start claude in this folder once and accept its question whether you trust the files here.'],
}

const MCP_FILE = { dialect: 'json', empty: '{}\n' } as const
const MCP_SERVER = {
  ...MCP_FILE,
  purpose: 'server',
  at: ['mcpServers', 'rally'],
  value: { type: 'stdio', ...mcpServer('claude_code') },
} as const
const MCP_PERMISSION = {
  ...MCP_FILE,
  purpose: 'permission',
  path: '.claude/settings.json',
  at: ['permissions', 'allow'],
  value: 'mcp__rally',
  list: true,
} as const

export default defineHost({
  id: 'claude_code',
  title: 'Claude Code',
  shortName: 'claude',
  aliases: ['claude', 'claude-code'],
  // Editors and the desktop program start one process for each conversation too.
  conversations: 'one',
  marks: {
    // Neither CLAUDECODE (inherited by every program started here) nor CLAUDE_PROJECT_DIR (set by other hosts too) names a session.
    sessionVariables: ['CLAUDE_CODE_SESSION_ID'],
    pidVariable: 'CLAUDE_PID',
    payload: [{ field: 'prompt_id' }],
  },
  events: {
    SessionStart: 'session-start',
    UserPromptSubmit: 'prompt',
    PreToolUse: 'before-edit',
    PostToolUse: 'after-edit',
    Stop: 'turn-end',
    SessionEnd: 'session-end',
    SubagentStart: 'child-start',
    SubagentStop: 'child-end',
  },
  known: { by: 'run', version: '2.1.330' },
  capabilities: {
    // Not turn-end: text there keeps the turn going. Not session-end: output there is refused with a message to the user.
    context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
    deny: true,
    // 9,900 characters arrived whole, 10,100 were replaced by a preview (measured with 2.1.330).
    textLimit: 9_900,
    timeoutUnit: 's',
    children: true,
  },
  ring: {
    kind: 'socket',
    folder: '.claude/sessions',
    file: '{pid}.json',
    session: 'sessionId',
    socket: 'messagingSocketPath',
    line: {
      type: 'user',
      message: {
        role: 'user',
        content: '<cross-session-message from="rally" from-name="rally">{text}</cross-session-message>',
      },
    },
  },
  edited({ api, payload }) {
    const input = api.obj(payload.tool_input)
    if (payload.tool_name === 'Bash') return shellOf({ api }, input)
    return fileOf({ api }, input, EDIT_TOOLS.get(api.str(payload.tool_name)) ?? '')
  },
  refine(moment, { api, payload, env }) {
    const { name, source, sessionId } = moment
    // The program lives on with another conversation: idle, not gone.
    if (name === 'session-end' && (source === 'clear' || source === 'resume')) return { ...moment, name: 'turn-end' }
    // A finished background subagent arrives as a prompt that nobody typed.
    const isMachineMade = payload.source === 'system' || /^\s*<task-notification>/.test(api.str(payload.prompt))
    // An outer session's variables are inherited by whatever runs inside it; only an equal session id makes them ours.
    const pid = env.CLAUDE_CODE_SESSION_ID === sessionId ? Number(env.CLAUDE_PID) : Number.NaN
    return {
      ...moment,
      ...(name === 'prompt' && isMachineMade ? { quiet: true } : {}),
      ...(Number.isSafeInteger(pid) && pid > 1 ? { hostPid: pid } : {}),
    }
  },
  gate: { tools: ['Edit', 'Write', 'MultiEdit'], shell: ['Bash'] },
  answers: { ...HOOK_SPECIFIC_OUTPUT, goOn: (reason) => ({ decision: 'block', reason }) },
  hooks: {
    // Strict JSON: one comment and the whole file is ignored.
    file: { path: '.claude/settings.json', dialect: 'json', refuseComments: true },
    project: TRUST,
    local: { ...TRUST, path: '.claude/settings.local.json' },
    entry: groupedEntry,
    timeout: 5,
    // No PostToolUse: text before an edit reaches the model here, so an edit costs one process.
    events: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'Stop', 'SubagentStart', 'SubagentStop', 'SessionEnd'],
    // Recorded from 2.1.330.
    lines: { PreToolUse: { matcher: 'Edit|Write|NotebookEdit|Bash', sample: 'PreToolUse.Edit' } },
  },
  // Without the permission every tool asks, and headless it is refused; `mcp__rally` is all tools of that server (2.1.330).
  mcp: {
    settings: [
      { ...MCP_SERVER, scope: 'user', path: '.claude.json', rootVariable: 'CLAUDE_CONFIG_DIR' },
      { ...MCP_PERMISSION, scope: 'user', homeVariable: 'CLAUDE_CONFIG_DIR' },
      { ...MCP_SERVER, scope: 'project', path: '.mcp.json' },
      { ...MCP_PERMISSION, scope: 'project' },
    ],
    restart: ['claude'],
  },
  // A skill is a slash command too: `/agent-rally-point`.
  skill: '.claude/skills/agent-rally-point/SKILL.md',
  userFolder: { homeVariable: 'CLAUDE_CONFIG_DIR' },
  // `/bin/sh -c` even where SHELL is another; identical commands are joined, also across scopes.
  runner: {
    shell: ['/bin/sh', '-c'],
    stdin: 'pipe',
    userCwd: 'session',
    env: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: '{session}', CLAUDE_PROJECT_DIR: '{cwd}' },
    duplicates: 'once',
  },
  // Only where its user has switched it on (`/sandbox`); 2.1.330 sets this variable inside (read in the program).
  sandbox: {
    variables: { SANDBOX_RUNTIME: '1' },
    step: 'add "{rooms}" to sandbox.filesystem.allowWrite in ~/.claude/settings.json',
  },
  consents: CONSENTS,
  traces: { programs: ['claude'], folders: [{ path: '.claude/projects', homeVariable: 'CLAUDE_CONFIG_DIR' }] },
  effective: EFFECTIVE,
})
