import { defineHost, fileOf, flatEntry, shellOf } from '@rally/plugin-kit'

/** What rally has to know of Quill. Each line is a guess until you have seen it in a run of Quill: then say so in README.md. */
export default defineHost({
  id: 'quill',
  title: 'Quill',
  shortName: 'quill',
  aliases: ['quill-cli'],

  // By what it shows that something comes from Quill: the variable that holds the session in the shell of its agents, and the
  // field that repeats it in a payload.
  marks: { sessionVariables: ['QUILL_SESSION'], sessionField: 'session' },

  // Quill's own events, and what each means.
  events: {
    sessionOpen: 'session-start',
    promptSent: 'prompt',
    fileWriting: 'before-edit',
    turnDone: 'turn-end',
    sessionClosed: 'session-end',
  },

  // Where in a payload things stand.
  eventField: { name: 'event' },
  fields: { sessionId: ['session'], cwd: ['folder'], prompt: ['text'] },

  // Which files a tool call changes; undefined for a tool that changes none.
  edited({ api, payload }) {
    const input = api.obj(payload.input)
    if (payload.tool === 'shell') return shellOf({ api }, input)
    return payload.tool === 'write' ? fileOf({ api }, input, 'path') : undefined
  },

  capabilities: {
    // Where text reaches the model: rally hosts probe quill shows it.
    context: ['session-start', 'prompt', 'before-edit'],
    deny: true,
    textLimit: 6000,
    timeoutUnit: 's',
    children: false,
  },

  // How Quill wants to be answered: a text for the model, and an edit that is refused.
  answers: { context: (note) => ({ note }), deny: (reason) => ({ refuse: true, reason }) },

  // Where its hooks stand. The command is rally's; the shape around it is Quill's.
  hooks: {
    file: { path: '.quill/hooks.json', dialect: 'json', restart: ['quill'] },
    entry: flatEntry,
    timeout: 5,
    events: ['sessionOpen', 'promptSent', 'fileWriting', 'turnDone', 'sessionClosed'],
  },
  skill: '.quill/skills/agent-rally-point/SKILL.md',
  runner: {
    shell: ['/bin/sh', '-c'],
    stdin: 'pipe',
    userCwd: 'session',
    env: { QUILL_SESSION: '{session}' },
    duplicates: 'twice',
  },
})
