import { defineHost, fileOf, flatEntry, mcpServer, shellOf } from '@rally/plugin-kit'
import { EFFECTIVE } from './effective.js'

const FILE = ['file_path', 'path', 'filePath'] as const
/** Every edit is a Write to a hook today; the others are names that builds have used. */
const EDIT_TOOLS: readonly string[] = ['Write', 'Delete', 'Edit', 'MultiEdit', 'StrReplace']

const TRUST = 'Trust the folder when Cursor asks; a .cursor folder that is reached through a symbolic link is refused.'

const MCP_SERVER = {
  path: '.cursor/mcp.json',
  dialect: 'json',
  purpose: 'server',
  empty: '{}\n',
  at: ['mcpServers', 'rally'],
  value: mcpServer('cursor'),
} as const

export default defineHost({
  id: 'cursor',
  title: 'Cursor',
  shortName: 'cursor',
  aliases: ['cursor-agent', 'cursor-cli'],
  marks: {
    sessionVariables: ['CURSOR_CONVERSATION_ID'],
    sessionField: 'conversation_id',
    hostVariables: { CURSOR_AGENT: '1' },
    payload: [{ field: 'cursor_version' }, { field: 'conversation_id' }],
  },
  events: {
    sessionStart: 'session-start',
    beforeSubmitPrompt: 'prompt',
    preToolUse: 'before-edit',
    postToolUse: 'after-edit',
    afterFileEdit: 'after-edit',
    stop: 'turn-end',
    sessionEnd: 'session-end',
    subagentStart: 'child-start',
    subagentStop: 'child-end',
  },
  known: { by: 'source', version: '1.0.32' },
  capabilities: {
    // subagentStart is not among the events whose text the runtime hands on, although its output has the field.
    context: ['session-start', 'prompt', 'before-edit', 'after-edit'],
    deny: true,
    // Above 10,000 the text is dropped whole, counted after the texts of all hooks of the event were joined: leave room.
    textLimit: 8_000,
    timeoutUnit: 's',
    children: true,
  },
  needs: ['cursor_version'],
  fields: {
    sessionId: ['conversation_id', 'session_id'],
    parentSession: ['parent_conversation_id'],
    agentId: ['subagent_id'],
    agentType: ['subagent_type'],
  },
  variables: { cwd: 'CURSOR_PROJECT_DIR' },
  edited({ api, event, payload }) {
    if (event === 'afterFileEdit') return fileOf({ api }, payload, ...FILE)
    const input = api.obj(payload.tool_input)
    if (EDIT_TOOLS.includes(api.str(payload.tool_name))) return fileOf({ api }, input, ...FILE)
    if (payload.tool_name === 'Shell') return shellOf({ api }, input)
    if (payload.tool_name !== 'ApplyPatch') return undefined
    const paths = api.patchPaths(api.str(input.patch) || api.str(input.input))
    return paths.length === 0 ? undefined : paths
  },
  /**
   * Hooks of the user's file run in `~/.cursor`, so the working folder counts for nothing. A window may hold several folders:
   * the innermost one that holds the edited file, else the tool's own, else the first.
   */
  folder({ api, payload }, paths) {
    const roots = api.list(payload.workspace_roots).map((root) => api.str(root))
    const holding = roots.filter((root) => root !== '' && paths?.[0]?.startsWith(`${root.replace(/\/+$/, '')}/`))
    const innermost = holding.sort((a, b) => b.length - a.length)[0]
    return innermost || api.str(payload.cwd) || roots.find((root) => root !== '') || ''
  },
  /** What was broken off, failed, or goes on already because of a hook does not go on again. */
  refine(moment, { payload }) {
    const isOver = payload.status === 'completed' && !(Number(payload.loop_count) > 0)
    return moment.name === 'turn-end' && !isOver ? { ...moment, quiet: true } : moment
  },
  gate: { tools: EDIT_TOOLS, shell: ['Shell'], without: ['subagent_id', 'parent_conversation_id'] },
  answers: {
    // Empty output counts as a failed hook. What is said must be known to the event, or it is rejected.
    empty: '{}',
    context: (additional_context) => ({ additional_context }),
    // The model is shown `user_message`; `agent_message` is what the documentation promises to show it.
    deny: (reason) => ({ permission: 'deny', agent_message: reason, user_message: reason }),
    silent: ['afterFileEdit'],
    goOn: (followup_message) => ({ followup_message }),
  },
  hooks: {
    // A flat list per event, no groups. `//…` to the end of the line is removed even inside strings, so no entry may hold one.
    file: {
      path: '.cursor/hooks.json',
      dialect: 'jsonc',
      empty: '{\n  "version": 1,\n  "hooks": {}\n}\n',
      restart: ['cursor', 'cursor-agent'],
    },
    project: { trustSteps: [TRUST] },
    entry: flatEntry,
    timeout: 5,
    // One event name that it does not know makes Cursor reject the whole file: only names of its 1.0.32 runtime. The matcher
    // is an unanchored expression. No postToolUse: text before an edit reaches the model.
    events: ['sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'stop', 'subagentStart', 'subagentStop', 'sessionEnd'],
    // Payloads put together from the field names of the 1.0.32 runtime; not recorded (README.md).
    lines: { preToolUse: { matcher: '^(Write|Delete|StrReplace|ApplyPatch|Shell)$', sample: 'preToolUse.Write' } },
  },
  mcp: {
    settings: [
      { ...MCP_SERVER, scope: 'user' },
      { ...MCP_SERVER, scope: 'project' },
    ],
    steps: [
      'Enable the server rally when Cursor asks, or in its settings under MCP; it asks again before a tool runs.',
    ],
    restart: ['cursor', 'cursor-agent'],
  },
  skill: '.cursor/skills/agent-rally-point/SKILL.md',
  // The payload is shell text behind the command; hooks of the user's file start in `~/.cursor`. Which shell runs it is the
  // agent's own matter; the command is made for any.
  runner: {
    shell: ['/bin/sh', '-c'],
    stdin: 'here-document',
    userCwd: 'config',
    env: { CURSOR_PROJECT_DIR: '{cwd}', CURSOR_VERSION: '1.0.32', CLAUDE_PROJECT_DIR: '{cwd}' },
    duplicates: 'once',
  },
  // No consents: how its rules (`Shell(word:args)`) read what follows the first word is not documented, and `Shell(rally)` alone would
  // allow all of rally.
  traces: { programs: ['cursor', 'cursor-agent'], folders: [] },
  effective: EFFECTIVE,
})
