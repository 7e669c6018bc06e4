import { defineHost, fileOf, mcpServer, shellOf } from '@rally/plugin-kit'

const EXTENSION = 'extensions/rally.js'

/**
 * Its extensions are programs: `programs/rally.js` calls rally-hook and makes the payloads, from what Pi hands to it. Known from
 * runs of 1.6.0 and of 0.73.1, which has an older package name, unless a line says otherwise.
 */
export default defineHost({
  id: 'pi',
  title: 'Pi',
  shortName: 'pi',
  aliases: ['pi-coding-agent'],
  marks: {
    // Set by Pi itself in its agent's shell since 1.x; by the program before.
    sessionVariables: ['PI_SESSION_ID'],
    hostVariables: { PI_CODING_AGENT: 'true' },
    payload: [{ field: 'pi_pid' }],
  },
  conversations: 'one',
  events: {
    session_start: 'session-start',
    before_agent_start: 'prompt',
    tool_call: 'before-edit',
    tool_result: 'after-edit',
    agent_end: 'turn-end',
    session_shutdown: 'session-end',
  },
  known: { by: 'run', version: '1.6.0' },
  capabilities: {
    // Before a tool it can only be refused.
    context: ['session-start', 'prompt', 'after-edit'],
    deny: true,
    // 40,000 characters at a prompt and 60,000 at a tool came whole.
    textLimit: 20_000,
    timeoutUnit: 'ms',
    children: false,
  },
  eventField: { name: 'event' },
  edited({ api, payload }) {
    const input = api.obj(payload.input)
    if (payload.tool === 'bash') return shellOf({ api }, input)
    if (payload.tool !== 'edit' && payload.tool !== 'write') return undefined
    // What a script of the model's edited through tools comes as a list.
    const paths = api.list(payload.paths).flatMap((path) => api.str(path) || [])
    return paths.length > 0 ? paths : fileOf({ api }, input, 'path')
  },
  refine(moment, { payload }) {
    const pid = Number(payload.pi_pid)
    return Number.isSafeInteger(pid) && pid > 1 ? { ...moment, hostPid: pid } : moment
  },
  answers: {
    context: (context) => ({ context }),
    deny: (deny) => ({ deny }),
  },
  program: {
    template: 'programs/rally.js',
    events: ['session_start', 'before_agent_start', 'tool_call', 'tool_result', 'agent_end', 'session_shutdown'],
    restart: ['pi'],
    project: {
      path: `.pi/${EXTENSION}`,
      trustSteps: [
        'Trust this folder when pi asks (0.x does not ask; headless: --approve); it loads extensions from the .pi folder of the folder in which it starts.',
      ],
    },
    user: { path: `.pi/agent/${EXTENSION}` },
  },
  samples: [
    ...['session_start', 'before_agent_start', 'tool_call.edit', 'tool_result.edit'],
    ...['agent_end', 'session_shutdown'],
  ],
  signs: [
    { scope: 'project', path: '.pi' },
    { scope: 'user', path: '.pi' },
  ],
  skill: { project: '.pi/skills/agent-rally-point/SKILL.md', user: '.pi/agent/skills/agent-rally-point/SKILL.md' },
  runner: { shell: ['/bin/sh', '-c'], stdin: 'pipe', userCwd: 'session', env: {}, duplicates: 'twice' },
  mcp: {
    // Documented, for 1.6.
    settings: [
      {
        ...{ scope: 'user', path: '.pi/agent/mcp.json', dialect: 'json', purpose: 'server' },
        ...{ empty: '{}\n', at: ['mcpServers', 'rally'] },
        value: mcpServer('pi'),
      },
    ],
    restart: ['pi'],
  },
  traces: { programs: ['pi'], folders: [{ path: '.pi/agent/sessions' }] },
})
