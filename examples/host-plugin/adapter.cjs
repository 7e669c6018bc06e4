'use strict'

/**
 * Rally for Quill. Types come from @rally/core and vanish: at run time this file needs nothing but what rally hands in.
 *
 * @typedef {import('@rally/core/ports').HostApi} HostApi
 * @typedef {import('@rally/core/ports').HostAdapter} HostAdapter
 * @typedef {import('@rally/core/ports').Moment} Moment
 */

const ID = 'quill'

/** Seconds. A hook answers in a fraction of one; this is for a machine on its knees. */
const TIMEOUT = 5

/** Quill's events and what they mean to rally. */
const MOMENTS = new Map([
  ['sessionOpen', 'session-start'],
  ['promptSent', 'prompt'],
  ['fileWriting', 'before-edit'],
  ['turnDone', 'turn-end'],
  ['sessionClosed', 'session-end'],
])

/** @type {HostAdapter['capabilities']} */
const CAPABILITIES = {
  moments: ['session-start', 'prompt', 'before-edit', 'turn-end', 'session-end'],
  context: ['session-start', 'prompt', 'before-edit'],
  deny: true,
  textLimit: 6_000,
  timeoutUnit: 's',
  children: false,
}

/** @type {(api: HostApi) => HostAdapter} */
module.exports = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Quill',
    shortName: 'quill',
    aliases: ['quill-cli'],
    marks: { sessionVariables: ['QUILL_SESSION'], sessionField: 'session' },
    capabilities: CAPABILITIES,
    configFiles: configFiles(api),
    textFiles: [
      { scope: 'project', path: '.quill/skills/rally/SKILL.md', template: 'skills/rally/SKILL.md' },
      {
        scope: 'user',
        path: '.quill/skills/rally/SKILL.md',
        homeVariable: 'QUILL_HOME',
        template: 'skills/rally/SKILL.md',
      },
    ],
    runner: {
      shell: ['/bin/sh', '-c'],
      stdin: 'pipe',
      userCwd: 'session',
      env: { QUILL_SESSION: '{session}' },
      duplicates: 'twice',
    },
    samples: [...MOMENTS.keys()].map((event) => ({ event, file: `fixtures/${event}.json` })),
    offSwitches: [
      {
        scope: 'user',
        path: '.quill/config.jsonc',
        homeVariable: 'QUILL_HOME',
        dialect: 'jsonc',
        at: ['hooksEnabled'],
        off: false,
      },
    ],

    identify(env) {
      const sessionId = env.QUILL_SESSION
      return sessionId ? { sessionId } : undefined
    },

    parse(event, payload) {
      const name = MOMENTS.get(event)
      const sessionId = api.str(payload.session)
      const cwd = api.str(payload.folder)
      if (name === undefined || payload.event !== event || sessionId === '' || cwd === '') return undefined
      const model = api.str(payload.model)
      /** @type {Moment} */
      const moment = { name, event, sessionId, cwd, ...(model === '' ? {} : { model }) }
      if (name !== 'before-edit') return moment
      const paths = api
        .list(payload.files)
        .map((file) => api.str(file))
        .filter((file) => file !== '')
      return paths.length === 0 ? undefined : { ...moment, paths }
    },

    render(moment, reply) {
      const known = MOMENTS.get(moment.event)
      if (known === 'before-edit' && reply.deny) {
        return {
          stdout: JSON.stringify({ refuse: 'deny', reason: api.clip(reply.deny.reason, CAPABILITIES.textLimit) }),
        }
      }
      const context = api.clip(reply.context ?? '', CAPABILITIES.textLimit)
      if (context === '' || known === undefined || !CAPABILITIES.context.includes(known)) return { stdout: '' }
      return { stdout: JSON.stringify({ note: context }) }
    },
  })

/**
 * Quill reads `.quill/config.jsonc` of the project and of the home folder: `{"hooks": {EVENT: [{"run", "timeout"}]}}`.
 *
 * @type {(api: HostApi) => HostAdapter['configFiles']}
 */
function configFiles(api) {
  const entries = [...MOMENTS.keys()].map((event) => ({
    at: ['hooks', event],
    event,
    value: { run: api.hookCommand(ID, event), timeout: TIMEOUT },
  }))
  const shared = {
    path: '.quill/config.jsonc',
    dialect: 'jsonc',
    empty: '{}\n',
    trailingCommas: true,
    entries,
    restart: ['quill'],
  }
  return [
    {
      ...shared,
      scope: 'project',
      trustSteps: ['Answer yes when quill asks whether it may run the hooks of this folder.'],
    },
    { ...shared, scope: 'user', homeVariable: 'QUILL_HOME', trustSteps: [] },
  ]
}
