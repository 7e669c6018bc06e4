import { defineHost, fileOf, mcpServer, shellOf } from '@rally/plugin-kit'

const EDIT_TOOLS: readonly string[] = ['write_to_file', 'replace_file_content', 'multi_replace_file_content']
const SHELL_TOOL = 'run_command'

/**
 * Nothing here was seen in a run of ours: there is no package to run. From the host's documentation of September 2026 (1.2) unless
 * a line says measured: then from measurements that others published.
 */
export default defineHost({
  id: 'antigravity',
  title: 'Antigravity CLI',
  shortName: 'agy',
  aliases: ['antigravity-cli'],
  marks: { sessionField: 'conversationId', payload: [{ field: 'conversationId' }] },
  events: {
    // Before each call of the model, so there is no event for a person's prompt alone.
    PreInvocation: 'prompt',
    PreToolUse: 'before-edit',
    Stop: 'turn-end',
  },
  known: { by: 'documentation', version: '1.2', deny: { by: 'others', version: '1.1.2' } },
  capabilities: {
    // What a tool's hooks answer beside a decision is not passed on: a warning has no way to the model.
    context: ['prompt'],
    // Measured in 1.1.2: the reason reaches the model.
    deny: true,
    // What the host's limit is is not known: this is on the short side of what others take.
    textLimit: 8_000,
    timeoutUnit: 's',
    children: false,
  },
  fields: { sessionId: ['conversationId'] },
  eventField: { name: 'hookEventName', optional: true },
  needs: ['conversationId'],
  folder: ({ api, payload }) => api.str(api.list(payload.workspacePaths)[0]),
  edited({ api, payload }) {
    const call = api.obj(payload.toolCall)
    const tool = api.str(call.name)
    const args = api.obj(call.args)
    if (tool === SHELL_TOOL) return shellOf({ api }, { command: args.CommandLine, cwd: args.Cwd })
    return EDIT_TOOLS.includes(tool) ? fileOf({ api }, args, 'TargetFile') : undefined
  },
  answers: {
    context: (ephemeralMessage) => ({ injectSteps: [{ ephemeralMessage }] }),
    deny: (reason) => ({ decision: 'deny', reason }),
  },
  hooks: {
    // Every first key is a name for hooks; measured in 1.1.25: any comment or wrong type costs the whole file.
    file: { path: '.agents/hooks.json', dialect: 'json', refuseComments: true, restart: ['agy'] },
    project: { trustSteps: ['Trust this folder when agy asks; hooks of a workspace are loaded after that.'] },
    // Measured in 1.0: the folder that --help names is not read.
    user: { path: '.gemini/config/hooks.json' },
    entry: (command, { matcher, timeout }) =>
      matcher === undefined
        ? { type: 'command', command, timeout }
        : { matcher, hooks: [{ type: 'command', command, timeout }] },
    timeout: 5,
    events: ['PreInvocation', 'PreToolUse', 'Stop'],
    lines: { PreToolUse: { matcher: [...EDIT_TOOLS, SHELL_TOOL].join('|') } },
  },
  // Others keep things in these folders, too.
  signs: [
    { scope: 'project', path: '.antigravitycli' },
    { scope: 'user', path: '.gemini/antigravity-cli' },
    { scope: 'user', path: '.gemini/config/hooks.json' },
  ],
  skill: {
    project: '.agents/skills/agent-rally-point/SKILL.md',
    user: '.gemini/antigravity-cli/skills/agent-rally-point/SKILL.md',
  },
  // Measured in 1.0: the files of all places run, also the same line twice.
  runner: { shell: ['/bin/sh', '-c'], stdin: 'pipe', userCwd: 'session', env: {}, duplicates: 'twice' },
  mcp: {
    settings: [
      {
        ...{ scope: 'user', path: '.gemini/config/mcp_config.json', dialect: 'json', purpose: 'server' },
        ...{ empty: '{}\n', at: ['mcpServers', 'rally'] },
        value: mcpServer('antigravity'),
      },
    ],
    restart: ['agy'],
  },
  traces: { programs: ['agy'], folders: [{ path: '.gemini/antigravity-cli' }] },
})
