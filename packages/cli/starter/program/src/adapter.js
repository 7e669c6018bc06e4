import { defineHost, fileOf, shellOf } from '@rally/plugin-kit'

/**
 * What rally has to know of Quill, whose extensions are programs: `programs/rally.js` runs inside of Quill, calls rally-hook and makes
 * the payloads, so their shape is yours. Each line is a guess until you have seen it in a run of Quill: then say so in README.md.
 */
export default defineHost({
  id: 'quill',
  title: 'Quill',
  shortName: 'quill',
  aliases: ['quill-cli'],

  // The variable that holds the session in the shell of Quill's agents, and a field that no other host sends.
  marks: { sessionVariables: ['QUILL_SESSION'], payload: [{ field: 'quill_pid' }] },

  // What the program says at each moment, and what it means.
  eventField: { name: 'event' },
  events: {
    'session.open': 'session-start',
    'prompt.sent': 'prompt',
    'tool.before': 'before-edit',
    'tool.after': 'after-edit',
    'turn.done': 'turn-end',
    'session.closed': 'session-end',
  },

  // Which files a tool call changes; undefined for a tool that changes none.
  edited({ api, payload }) {
    const input = api.obj(payload.input)
    if (payload.tool === 'shell') return shellOf({ api }, input)
    return payload.tool === 'write' ? fileOf({ api }, input, 'path') : undefined
  },

  capabilities: {
    // Where text reaches the model: rally hosts probe quill shows it.
    context: ['session-start', 'prompt', 'after-edit'],
    deny: true,
    textLimit: 6000,
    timeoutUnit: 'ms',
    children: false,
  },

  // What programs/rally.js takes for an answer.
  answers: { context: (context) => ({ context }), deny: (deny) => ({ deny }) },

  program: {
    template: 'programs/rally.js',
    events: ['session.open', 'prompt.sent', 'tool.before', 'tool.after', 'turn.done', 'session.closed'],
    restart: ['quill'],
    project: { path: '.quill/plugins/rally.js' },
    user: { path: '.quill/plugins/rally.js' },
  },
  skill: '.quill/skills/agent-rally-point/SKILL.md',
})
