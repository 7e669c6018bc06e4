import { defineHost, fileOf, groupedEntry, HOOK_SPECIFIC_OUTPUT, mcpServer, shellOf } from '@rally/plugin-kit'

const EDIT_TOOLS: readonly string[] = ['edit', 'write_file']
const SHELL_TOOL = 'run_shell_command'
const MATCHER = '^(edit|write_file|run_shell_command)$'

const SETTINGS = { path: '.qwen/settings.json', dialect: 'jsonc' } as const
const HOME = { homeVariable: 'QWEN_HOME' } as const
const TRUST =
  'If folder trust is on (security.folderTrust.enabled), trust this folder when qwen asks; it loads no project hooks from one that is not.'

const MCP_SERVER = {
  ...SETTINGS,
  purpose: 'server',
  empty: '{}\n',
  at: ['mcpServers', 'rally'],
  value: { ...mcpServer('qwen'), trust: true },
} as const

/** Known from runs of 0.24.4 unless a line says otherwise. */
export default defineHost({
  id: 'qwen',
  title: 'Qwen Code',
  shortName: 'qwen',
  aliases: ['qwen-code'],
  marks: {
    sessionVariables: ['QWEN_CODE_SESSION_ID'],
    hostVariables: { QWEN_CODE: '1' },
    payload: [{ field: 'transcript_path', holds: '/.qwen/' }],
    shares: ['prompt_id'],
  },
  events: {
    SessionStart: 'session-start',
    UserPromptSubmit: 'prompt',
    PreToolUse: 'before-edit',
    PostToolUse: 'after-edit',
    Stop: 'turn-end',
    SubagentStart: 'child-start',
    SubagentStop: 'child-end',
    SessionEnd: 'session-end',
  },
  known: { by: 'run', version: '0.24.4', deny: { by: 'documentation', version: '0.24.4' } },
  capabilities: {
    // Not before-edit: its documentation promises text there, and the program drops it.
    context: ['session-start', 'prompt', 'after-edit'],
    deny: true,
    // Documented of the prompt: cut at 10,000.
    textLimit: 9_000,
    timeoutUnit: 'ms',
    children: true,
  },
  // Hosts that share the names of events send none.
  needs: ['timestamp'],
  edited({ api, payload }) {
    const tool = api.str(payload.tool_name)
    const input = api.obj(payload.tool_input)
    if (tool === SHELL_TOOL) return shellOf({ api }, input)
    return EDIT_TOOLS.includes(tool) ? fileOf({ api }, input, 'file_path') : undefined
  },
  /** After each tool the prompt event comes again, with nothing that anybody typed. */
  refine(moment, { api, payload }) {
    const isTyped = api.str(payload.submitted_prompt) !== '' || api.str(payload.prompt) !== ''
    return moment.name === 'prompt' && !isTyped ? { ...moment, quiet: true } : moment
  },
  gate: { tools: EDIT_TOOLS, shell: [SHELL_TOOL] },
  answers: {
    ...HOOK_SPECIFIC_OUTPUT,
    // Documented.
    goOn: (reason) => ({ decision: 'block', reason }),
  },
  hooks: {
    file: { ...SETTINGS, restart: ['qwen'] },
    project: { trustSteps: [TRUST] },
    entry: groupedEntry,
    // A number from 1,000 on is milliseconds in every release; older ones take smaller ones for milliseconds, too.
    timeout: 5_000,
    // Both sides of a tool: the claim comes before the edit, and the warning, whose text is lost there, after it.
    events: [
      ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'],
      ...['Stop', 'SubagentStart', 'SubagentStop', 'SessionEnd'],
    ],
    lines: {
      PreToolUse: { matcher: MATCHER, sample: 'PreToolUse.edit' },
      PostToolUse: { matcher: MATCHER, sample: 'PostToolUse.edit' },
      // It does not come headless, and nobody has recorded one.
      SessionEnd: { sample: false },
    },
  },
  userFolder: HOME,
  skill: '.qwen/skills/agent-rally-point/SKILL.md',
  runner: {
    shell: ['bash', '-c'],
    stdin: 'pipe',
    userCwd: 'session',
    env: {
      ...{ QWEN_CODE_SESSION_ID: '{session}', QWEN_PROJECT_DIR: '{cwd}' },
      ...{ CLAUDE_PROJECT_DIR: '{cwd}', GEMINI_PROJECT_DIR: '{cwd}' },
    },
    duplicates: 'once',
  },
  offSwitches: [
    { ...SETTINGS, scope: 'project', at: ['disableAllHooks'], off: true },
    { ...SETTINGS, scope: 'user', at: ['disableAllHooks'], off: true },
  ],
  mcp: {
    // Documented.
    settings: [
      { ...MCP_SERVER, ...HOME, scope: 'user' },
      { ...MCP_SERVER, scope: 'project' },
    ],
    restart: ['qwen'],
  },
  traces: { programs: ['qwen'], folders: [{ path: '.qwen/projects', ...HOME }] },
})
