import { defineHost } from '@rally/plugin-kit'

const ID = 'buildloop'

/** The contract is ours: `docs/how-to/build-loop.md`. A loop calls `rally-hook` itself, so no file holds hooks. */
export default defineHost({
  id: ID,
  title: 'Build loop',
  shortName: 'loop',
  aliases: ['loop', 'build-loop'],
  marks: { payload: [{ field: 'host', holds: ID }], shares: ['turn_id'] },
  events: {
    'session-start': 'session-start',
    'turn-start': 'prompt',
    'before-edit': 'before-edit',
    'after-edit': 'after-edit',
    'turn-end': 'turn-end',
    'session-end': 'session-end',
  },
  known: { by: 'documentation' },
  capabilities: {
    context: ['session-start', 'prompt', 'before-edit', 'after-edit'],
    deny: true,
    // A loop may rely on it.
    textLimit: 8_000,
    timeoutUnit: 's',
    // A child loop is a session of its own that names its parent.
    children: true,
  },
  // Every field may be missing: identity and folder then come from the environment, so that a shell script can call with `{}`.
  eventField: { name: 'event', optional: true },
  variables: { sessionId: 'RALLY_SESSION_ID', cwd: 'PWD' },
  fields: { agentId: [], agentType: [] },
  edited({ api, payload }) {
    const paths = api.list(payload.paths).filter((path): path is string => typeof path === 'string' && path !== '')
    return paths.length === 0 ? undefined : paths
  },
  refine(moment, { api, payload, env }) {
    const { host = ID, v = 1, hook_event_name: foreign, pid } = payload
    if (host !== ID || v !== 1 || foreign !== undefined) return undefined
    const parent = api.str(payload.parent_session_id) || env.RALLY_PARENT_SESSION_ID || ''
    const label = api.str(payload.label)
    return {
      ...moment,
      ...(parent === '' || parent === moment.sessionId ? {} : { parent }),
      ...(label === '' ? {} : { label }),
      ...(typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1 ? { hostPid: pid } : {}),
    }
  },
  // `{"context"?, "decision"?: "deny", "reason"?}`, or nothing at all.
  answers: {
    context: (context) => ({ context }),
    deny: (reason) => ({ decision: 'deny', reason }),
    together: true,
  },
  samples: ['session-start', 'turn-start', 'before-edit', 'after-edit', 'turn-end', 'session-end'],
  /** `RALLY_SESSION_ID` alone may be anybody's; `RALLY_TOOL` says that it is a build loop's. */
  identify(env) {
    if (env.RALLY_TOOL !== ID) return undefined
    const { RALLY_SESSION_ID: sessionId, RALLY_PARENT_SESSION_ID: parent } = env
    return sessionId ? { sessionId, ...(parent ? { parent } : {}) } : { hostOnly: true }
  },
})
