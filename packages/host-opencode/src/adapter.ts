import { defineHost, fileOf, shellOf } from '@rally/plugin-kit'

const EDIT_TOOLS: readonly string[] = ['edit', 'write', 'multiedit']
const PATCH_TOOLS: readonly string[] = ['patch', 'apply_patch']
const SHELL_TOOL = 'bash'

const CONFIG = { homeVariable: 'XDG_CONFIG_HOME' } as const

/**
 * Its extensions are programs: `programs/rally.js` calls rally-hook and makes the payloads, from what OpenCode hands to it. Known
 * from runs of 1.18.33 unless a line says otherwise.
 */
export default defineHost({
  id: 'opencode',
  title: 'OpenCode',
  shortName: 'opencode',
  aliases: ['open-code', 'opencode-ai'],
  marks: {
    // The program sets it in the agent's shell.
    sessionVariables: ['OPENCODE_SESSION_ID'],
    hostVariables: { OPENCODE: '1' },
    pidVariable: 'OPENCODE_PID',
    payload: [{ field: 'opencode_pid' }],
  },
  events: {
    // A session's own start says nothing to the model: its first prompt is where it comes into the room.
    'chat.message': 'prompt',
    'tool.execute.before': 'before-edit',
    'tool.execute.after': 'after-edit',
    'session.idle': 'turn-end',
    'session.deleted': 'session-end',
    'session.child.created': 'child-start',
    'session.child.ended': 'child-end',
  },
  known: { by: 'run', version: '1.18.33', deny: { by: 'others' } },
  capabilities: {
    // Before a tool it can only be refused.
    context: ['prompt', 'after-edit'],
    deny: true,
    // What the host's limit is was not looked for: this is on the short side of what others take.
    textLimit: 9_000,
    timeoutUnit: 'ms',
    children: true,
  },
  eventField: { name: 'event' },
  edited({ api, payload }) {
    const tool = api.str(payload.tool)
    const args = api.obj(payload.args)
    if (tool === SHELL_TOOL) return shellOf({ api }, args)
    if (EDIT_TOOLS.includes(tool)) return fileOf({ api }, args, 'filePath', 'path')
    if (!PATCH_TOOLS.includes(tool)) return undefined
    const paths = api.patchPaths(api.str(args.patchText) || api.str(args.patch) || api.str(args.input))
    return paths.length === 0 ? undefined : paths
  },
  refine(moment, { payload }) {
    const pid = Number(payload.opencode_pid)
    return Number.isSafeInteger(pid) && pid > 1 ? { ...moment, hostPid: pid } : moment
  },
  answers: {
    context: (context) => ({ context }),
    deny: (deny) => ({ deny }),
  },
  program: {
    template: 'programs/rally.js',
    events: [
      ...['chat.message', 'tool.execute.before', 'tool.execute.after', 'session.idle'],
      ...['session.deleted', 'session.child.created', 'session.child.ended'],
    ],
    restart: ['opencode'],
    project: { path: '.opencode/plugin/rally.js' },
    user: { path: '.config/opencode/plugin/rally.js' },
  },
  samples: [
    ...['chat.message', 'tool.execute.before.edit', 'tool.execute.after.edit', 'session.idle'],
    ...['session.deleted', 'session.child.created', 'session.child.ended'],
  ],
  userFolder: CONFIG,
  signs: [
    { scope: 'project', path: '.opencode' },
    { scope: 'project', path: 'opencode.json' },
    { scope: 'user', path: '.config/opencode', ...CONFIG },
  ],
  skill: {
    project: '.opencode/skills/agent-rally-point/SKILL.md',
    user: '.config/opencode/skills/agent-rally-point/SKILL.md',
  },
  runner: { shell: ['/bin/sh', '-c'], stdin: 'pipe', userCwd: 'session', env: {}, duplicates: 'twice' },
  traces: {
    programs: ['opencode'],
    folders: [{ path: '.local/share/opencode/storage', homeVariable: 'XDG_DATA_HOME' }],
  },
})
