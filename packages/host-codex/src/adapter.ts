import {
  defineHost,
  type Edited,
  fileOf,
  groupedEntry,
  HOOK_SPECIFIC_OUTPUT,
  type HostPayload,
  mcpServer,
  shellOf,
} from '@rally/plugin-kit'
import { CONSENTS } from './consents.js'
import { EFFECTIVE } from './effective.js'
import { HOOK_TRUST, PROJECT_TRUST, SETTINGS } from './trust.js'

const ID = 'codex'

const MCP_SERVER = {
  purpose: 'server',
  empty: '',
  at: ['mcp_servers', 'rally'],
  value: { ...mcpServer(ID), default_tools_approval_mode: 'approve' },
} as const

export default defineHost({
  id: ID,
  title: 'Codex CLI',
  shortName: 'codex',
  aliases: ['codex-cli', 'openai-codex'],
  marks: {
    // Both only in its shell: hooks get no variable of their own. A subagent's shell has the root session's id too, so that
    // a command typed there speaks for the parent.
    sessionVariables: ['CODEX_SESSION_ID', 'CODEX_THREAD_ID'],
    payload: [{ field: 'turn_id' }, { field: 'transcript_path', holds: '/rollout-' }],
  },
  events: {
    SessionStart: 'session-start',
    UserPromptSubmit: 'prompt',
    PreToolUse: 'before-edit',
    PostToolUse: 'after-edit',
    Stop: 'turn-end',
    Interrupt: 'turn-end',
    SessionEnd: 'session-end',
    SubagentStart: 'child-start',
    SubagentStop: 'child-end',
  },
  known: { by: 'run', version: '0.169.0' },
  capabilities: {
    context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
    deny: true,
    // "About 2,500 tokens (10,000 characters)", cut in the middle above (0.169.0); text that is not English has more tokens.
    textLimit: 8_000,
    timeoutUnit: 's',
    children: true,
  },
  ring: { kind: 'command', command: ['codex', 'queue', '--thread', '{session}', '--resume', '--message', '{text}'] },
  edited: editedFiles,
  // What the person broke off does not go on.
  refine: (moment, { event }) => (event === 'Interrupt' ? { ...moment, quiet: true } : moment),
  // Strict: one field that it does not know, or no `hookEventName`, and the whole output is dropped without a word.
  gate: { tools: ['Edit', 'Write'], shell: ['Bash'] },
  answers: { ...HOOK_SPECIFIC_OUTPUT, goOn: (reason) => ({ decision: 'block', reason }), silent: ['Interrupt'] },
  hooks: {
    // Strict JSON: one comment and all hooks of the file are gone. Entries belong at the end of their list, because the
    // position is part of what the user's trust is keyed by.
    file: { path: '.codex/hooks.json', dialect: 'json', refuseComments: true, restart: ['codex'] },
    // 0.169.0: in a linked worktree the file of the main checkout counts, and trust is keyed by it.
    project: { checkout: 'main', trust: [PROJECT_TRUST, HOOK_TRUST] },
    user: { homeVariable: 'CODEX_HOME', trust: [HOOK_TRUST] },
    entry: groupedEntry,
    timeout: 5,
    // No PostToolUse: text before an edit reaches the
    // model. The two ends are clamped to 3 seconds, with a warning about more at every start.
    events: [
      ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'Stop', 'Interrupt'],
      ...['SubagentStart', 'SubagentStop', 'SessionEnd'],
    ],
    // Recorded from 0.169.0. There is none of Interrupt.
    lines: {
      PreToolUse: { matcher: 'apply_patch|Edit|Write|Bash', sample: 'PreToolUse.apply_patch' },
      Interrupt: { timeout: 3, sample: false },
      SessionEnd: { timeout: 3 },
    },
  },
  // Every tool call names the session (0.169.0). `approve`: without it a tool that writes asks, and headless it is refused.
  mcp: {
    sessionKey: 'sessionId',
    settings: [
      { ...MCP_SERVER, ...SETTINGS, scope: 'user', homeVariable: 'CODEX_HOME' },
      { ...MCP_SERVER, ...SETTINGS, scope: 'project' },
    ],
    restart: ['codex'],
  },
  // Skills lie in `.agents`, not in `.codex`.
  skill: '.agents/skills/agent-rally-point/SKILL.md',
  // In the user's own shell; nothing of its own in the environment; the same command in both scopes runs twice.
  runner: { shell: ['$SHELL', '-c'], stdin: 'pipe', userCwd: 'session', env: {}, duplicates: 'twice' },
  // 0.169.0: every mode of its sandbox makes the home folder read-only, the one with network access sets no variable at all.
  sandbox: {
    variables: { CODEX_SANDBOX_NETWORK_DISABLED: '1', CODEX_SANDBOX: '' },
    readOnly: true,
    step: 'add "{rooms}" to writable_roots below [sandbox_workspace_write] in ~/.codex/config.toml',
  },
  consents: CONSENTS,
  traces: { programs: ['codex'], folders: [{ path: '.codex/sessions', homeVariable: 'CODEX_HOME' }] },
  effective: EFFECTIVE,
})

/** Paths are only in the patch text, relative to `cwd`. Every shell command is called for: no matcher looks inside. */
function editedFiles({ api, payload }: HostPayload): Edited {
  const input = api.obj(payload.tool_input)
  // Text, or in older releases a list of words.
  const command =
    typeof input.command === 'string' ? input.command : api.list(input.command).map((word) => api.str(word))
  switch (payload.tool_name) {
    case 'apply_patch':
      return api.patchPaths((typeof command === 'string' ? command : command.join(' ')) || api.str(input.input))
    case 'Bash':
      return shellOf({ api }, input)
    case 'Edit':
    case 'Write':
      return fileOf({ api }, input, 'file_path')
    default:
      return undefined
  }
}
