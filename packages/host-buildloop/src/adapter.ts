import type { Moment, MomentName, MomentReply } from '@rally/core/model/moment'
import type {
  HostAdapterFactory,
  HostApi,
  HostCapabilities,
  HostEnv,
  HostOutput,
  SessionClue,
} from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import { hookFiles, SAMPLES } from './hook-files.js'

const ID = 'buildloop'

const MOMENTS: ReadonlyMap<string, MomentName> = new Map([
  ['session-start', 'session-start'],
  ['turn-start', 'prompt'],
  ['before-edit', 'before-edit'],
  ['after-edit', 'after-edit'],
  ['turn-end', 'turn-end'],
  ['session-end', 'session-end'],
])

const CAPABILITIES: HostCapabilities = {
  moments: [...MOMENTS.values()],
  context: ['session-start', 'prompt', 'before-edit', 'after-edit'],
  deny: true,
  // The contract is ours: a loop may rely on it.
  textLimit: 8_000,
  timeoutUnit: 's',
  // A child loop is a session of its own that names its parent.
  children: true,
}

const factory: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Build loop',
    shortName: 'loop',
    aliases: ['loop', 'build-loop'],
    capabilities: CAPABILITIES,
    configFiles: hookFiles(),
    textFiles: [],
    samples: SAMPLES,
    identify,
    parse: (event: string, payload: JsonObject, env: HostEnv) => parse(api, event, payload, env),
    render: (moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply) => render(api, moment, reply),
  })

export default factory

/** `RALLY_SESSION_ID` alone may be anybody's; `RALLY_TOOL` says that it is a build loop's. */
function identify(env: HostEnv): SessionClue | undefined {
  if (env.RALLY_TOOL !== ID) return undefined
  const sessionId = env.RALLY_SESSION_ID
  if (sessionId === undefined || sessionId === '') return { hostOnly: true }
  const parent = env.RALLY_PARENT_SESSION_ID
  return { sessionId, ...(parent === undefined || parent === '' ? {} : { parent }) }
}

/** Every field may be missing: identity and folder then come from the environment, so that a shell script can call with `{}`. */
function parse(api: HostApi, event: string, payload: JsonObject, env: HostEnv): Moment | undefined {
  const name = MOMENTS.get(event)
  if (name === undefined || !isOurs(event, payload)) return undefined
  const sessionId = api.str(payload.session_id) || env.RALLY_SESSION_ID || ''
  const cwd = api.str(payload.cwd) || env.PWD || ''
  if (sessionId === '' || cwd === '') return undefined
  const parent = api.str(payload.parent_session_id) || env.RALLY_PARENT_SESSION_ID || ''
  const model = api.str(payload.model)
  const label = api.str(payload.label)
  const pid = payload.pid
  const common = {
    event,
    sessionId,
    cwd,
    ...(parent === '' || parent === sessionId ? {} : { parent }),
    ...(model === '' ? {} : { model }),
    ...(label === '' ? {} : { label }),
    ...(typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1 ? { hostPid: pid } : {}),
  }
  switch (name) {
    case 'before-edit':
    case 'after-edit': {
      const paths = api.list(payload.paths).filter((path): path is string => typeof path === 'string' && path !== '')
      return paths.length === 0 ? undefined : { ...common, name, paths }
    }
    case 'session-start':
      return { ...common, name, ...source(api.str(payload.source)) }
    case 'session-end':
      return { ...common, name, ...source(api.str(payload.reason)) }
    default:
      return { ...common, name }
  }
}

function isOurs(event: string, payload: JsonObject): boolean {
  return (
    (payload.event === undefined || payload.event === event) &&
    (payload.host === undefined || payload.host === ID) &&
    (payload.v === undefined || payload.v === 1) &&
    payload.hook_event_name === undefined
  )
}

/** `{"context"?, "decision"?: "allow"|"deny", "reason"?}`, or nothing at all. */
function render(api: HostApi, moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply): HostOutput {
  const name = MOMENTS.get(moment.event)
  if (name === undefined || !CAPABILITIES.context.includes(name)) return { stdout: '' }
  const context = api.clip(reply.context ?? '', CAPABILITIES.textLimit)
  const output = {
    ...(context === '' ? {} : { context }),
    ...(reply.deny !== undefined && name === 'before-edit'
      ? { decision: 'deny', reason: api.clip(reply.deny.reason || 'refused by rally', CAPABILITIES.textLimit) }
      : {}),
  }
  return { stdout: Object.keys(output).length === 0 ? '' : JSON.stringify(output) }
}

function source(value: string): { source?: string } {
  return value === '' ? {} : { source: value }
}
