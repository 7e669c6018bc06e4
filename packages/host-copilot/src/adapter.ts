import { defineHost, fileOf, mcpServer, shellOf } from '@rally/plugin-kit'
import { argumentsOf, patchOf } from './tool-arguments.js'

const EDIT_TOOLS: readonly string[] = ['edit', 'create', 'str_replace_editor']
const SHELL_TOOL = 'bash'
const PATCH_TOOL = 'apply_patch'
const PATH = ['path', 'file_path'] as const

const HOME = { homeVariable: 'COPILOT_HOME' } as const
const FILE = 'hooks/rally.json'
const TRUST =
  'Trust this folder when copilot asks; it loads no hooks of a repository from a folder that is not trusted (headless: set COPILOT_ALLOW_ALL=true, or GITHUB_COPILOT_PROMPT_MODE_REPO_HOOKS=1).'

/** Known from runs of 1.0.102 unless a line says otherwise. */
export default defineHost({
  id: 'copilot',
  title: 'GitHub Copilot CLI',
  shortName: 'copilot',
  aliases: ['copilot-cli', 'github-copilot'],
  marks: {
    // Set in the agent's shell; a hook is told no session by its environment.
    sessionVariables: ['COPILOT_AGENT_SESSION_ID'],
    sessionField: 'sessionId',
    payload: [{ field: 'sessionId' }],
  },
  events: {
    sessionStart: 'session-start',
    userPromptSubmitted: 'prompt',
    preToolUse: 'before-edit',
    postToolUse: 'after-edit',
    agentStop: 'turn-end',
    subagentStart: 'child-start',
    subagentStop: 'child-end',
    sessionEnd: 'session-end',
  },
  known: { by: 'run', version: '1.0.102' },
  capabilities: {
    context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
    deny: true,
    // What the host's limit is was not looked for: this is on the short side of what others take.
    textLimit: 9_000,
    timeoutUnit: 's',
    children: true,
  },
  fields: {
    // Inside a subagent `sessionId` is the subagent's own.
    sessionId: ['parentAgentId', 'sessionId'],
    parentSession: ['parentAgentId', 'sessionId'],
    agentId: ['agentId'],
    agentType: ['agentType', 'agentName'],
  },
  // A payload does not repeat the event's name; each has a time.
  eventField: { name: 'hookName', optional: true },
  needs: ['sessionId'],
  edited({ api, payload }) {
    const tool = api.str(payload.toolName)
    const input = argumentsOf(api, payload.toolArgs)
    if (tool === SHELL_TOOL) return shellOf({ api }, input)
    if (EDIT_TOOLS.includes(tool)) return fileOf({ api }, input, ...PATH)
    if (tool !== PATCH_TOOL) return undefined
    const paths = api.patchPaths(patchOf(api, payload.toolArgs))
    return paths.length === 0 ? undefined : paths
  },
  /** The task of a subagent is a prompt that no person typed. */
  refine: (moment) => (moment.name === 'prompt' && moment.agentId !== undefined ? { ...moment, quiet: true } : moment),
  gate: {
    ...{ session: 'sessionId', tool: 'toolName', tools: ['edit', 'create'], file: 'path' },
    ...{ without: ['agentId'], shell: [SHELL_TOOL] },
  },
  answers: {
    context: (additionalContext) => ({ additionalContext }),
    deny: (permissionDecisionReason) => ({ permissionDecision: 'deny', permissionDecisionReason }),
    // Documented.
    goOn: (reason) => ({ decision: 'block', reason }),
  },
  hooks: {
    file: {
      path: `.github/${FILE}`,
      dialect: 'json',
      empty: '{\n  "version": 1,\n  "hooks": {}\n}\n',
      restart: ['copilot'],
    },
    project: { trustSteps: [TRUST] },
    user: { path: `.copilot/${FILE}` },
    entry: (command, { matcher, timeout }) => ({
      ...{ type: 'command', ...(matcher === undefined ? {} : { matcher }) },
      ...{ bash: command, timeoutSec: timeout },
    }),
    timeout: 5,
    // No postToolUse: text before an edit reaches the model.
    events: [
      ...['sessionStart', 'userPromptSubmitted', 'preToolUse', 'agentStop'],
      ...['subagentStart', 'subagentStop', 'sessionEnd'],
    ],
    // An expression for the whole name of the tool.
    lines: { preToolUse: { matcher: 'edit|create|str_replace_editor|apply_patch|bash', sample: 'preToolUse.edit' } },
  },
  userFolder: HOME,
  // `.github` is everybody's.
  signs: [
    { scope: 'project', path: '.github/hooks' },
    { scope: 'project', path: '.github/copilot-instructions.md' },
    { scope: 'user', path: '.copilot', ...HOME },
  ],
  skill: { project: '.github/skills/agent-rally-point/SKILL.md', user: '.copilot/skills/agent-rally-point/SKILL.md' },
  // Documented: entries of all files run, also the same one twice.
  runner: {
    shell: ['bash', '-c'],
    stdin: 'pipe',
    userCwd: 'session',
    env: { COPILOT_CLI: '1', COPILOT_PROJECT_DIR: '{cwd}', CLAUDE_PROJECT_DIR: '{cwd}' },
    duplicates: 'twice',
  },
  // Documented: a file can switch off its own hooks.
  offSwitches: [
    { scope: 'project', path: `.github/${FILE}`, dialect: 'json', at: ['disableAllHooks'], off: true },
    { scope: 'user', path: `.copilot/${FILE}`, dialect: 'json', at: ['disableAllHooks'], off: true },
  ],
  mcp: {
    // Documented.
    settings: [
      {
        ...{ scope: 'user', path: '.copilot/mcp-config.json', dialect: 'json', purpose: 'server', ...HOME },
        ...{ empty: '{}\n', at: ['mcpServers', 'rally'] },
        value: { type: 'local', ...mcpServer('copilot'), tools: ['*'] },
      },
    ],
    restart: ['copilot'],
  },
  traces: { programs: ['copilot'], folders: [{ path: '.copilot/session-state', ...HOME }] },
})
