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
import { hookFiles, OFF_SWITCHES, RUNNER, SAMPLES, TEXT_FILES } from './hook-files.js'

const ID = 'gemini'

const MOMENTS: ReadonlyMap<string, MomentName> = new Map([
  ['SessionStart', 'session-start'],
  ['BeforeAgent', 'prompt'],
  ['BeforeTool', 'before-edit'],
  ['AfterTool', 'after-edit'],
  ['AfterAgent', 'turn-end'],
  ['SessionEnd', 'session-end'],
])

const EDIT_TOOLS: readonly string[] = ['write_file', 'replace']
const SUBAGENT_TOOL = 'invoke_agent'

const CAPABILITIES: HostCapabilities = {
  moments: [...MOMENTS.values(), 'child-start', 'child-end'],
  // Not before-edit: BeforeTool takes a decision but drops text.
  context: ['session-start', 'prompt', 'after-edit'],
  deny: true,
  // 30,000 characters arrived whole (0.61.0); no limit was seen.
  textLimit: 30_000,
  timeoutUnit: 'ms',
  // A tool call made inside a subagent looks like one of its parent.
  children: false,
}

const factory: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Gemini CLI',
    shortName: 'gemini',
    aliases: ['gemini-cli'],
    capabilities: CAPABILITIES,
    configFiles: hookFiles(api, ID),
    textFiles: TEXT_FILES,
    runner: RUNNER,
    samples: SAMPLES,
    offSwitches: OFF_SWITCHES,
    identify,
    parse: (event: string, payload: JsonObject) => parse(api, event, payload),
    render: (moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply) => render(api, moment, reply),
  })

export default factory

/** The shell tool is told which host it is in, but not which session; hooks are told both. */
function identify(env: HostEnv): SessionClue | undefined {
  const sessionId = env.GEMINI_SESSION_ID
  if (sessionId !== undefined && sessionId !== '') return { sessionId }
  return env.GEMINI_CLI === '1' ? { hostOnly: true } : undefined
}

function parse(api: HostApi, event: string, payload: JsonObject): Moment | undefined {
  const name = MOMENTS.get(event)
  const sessionId = api.str(payload.session_id)
  const cwd = api.str(payload.cwd)
  if (name === undefined || sessionId === '' || cwd === '' || !isOurs(api, event, payload)) return undefined
  const common = { event, sessionId, cwd }
  switch (name) {
    case 'before-edit':
    case 'after-edit':
      return toolMoment(api, name, common, payload)
    case 'session-start':
      return { ...common, name, ...source(api.str(payload.source)) }
    case 'session-end':
      return { ...common, name, ...source(api.str(payload.reason)) }
    default:
      return { ...common, name }
  }
}

function toolMoment(
  api: HostApi,
  name: 'before-edit' | 'after-edit',
  common: Pick<Moment, 'event' | 'sessionId' | 'cwd'>,
  payload: JsonObject,
): Moment | undefined {
  const tool = api.str(payload.tool_name)
  const input = api.obj(payload.tool_input)
  if (EDIT_TOOLS.includes(tool)) {
    const path = api.str(input.file_path)
    return path === '' ? undefined : { ...common, name, paths: [path] }
  }
  if (tool !== SUBAGENT_TOOL) return undefined
  // There is no agent id. Its name has to do: the roster shows that one is at work, and children of one name are one.
  const agentType = api.str(input.agent_name)
  const agentId = agentType.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 64)
  if (agentId === '') return undefined
  return { ...common, name: name === 'before-edit' ? 'child-start' : 'child-end', agentId, agentType }
}

/** Every payload has a timestamp; other hosts that know SessionStart and SessionEnd send none. */
function isOurs(api: HostApi, event: string, payload: JsonObject): boolean {
  return payload.hook_event_name === event && payload.cursor_version === undefined && api.str(payload.timestamp) !== ''
}

function render(api: HostApi, moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply): HostOutput {
  if (reply.deny !== undefined && moment.name === 'before-edit' && moment.event === 'BeforeTool') {
    const reason = [reply.deny.reason || 'refused by rally', reply.context].filter(Boolean).join('\n\n')
    return { stdout: JSON.stringify({ decision: 'deny', reason: api.clip(reason, CAPABILITIES.textLimit) }) }
  }
  const context = api.clip(reply.context ?? '', CAPABILITIES.textLimit)
  if (context === '' || !carriesContext(moment)) return { stdout: '' }
  return { stdout: JSON.stringify({ hookSpecificOutput: { hookEventName: moment.event, additionalContext: context } }) }
}

function carriesContext(moment: Pick<Moment, 'name' | 'event'>): boolean {
  return MOMENTS.get(moment.event) === moment.name && CAPABILITIES.context.includes(moment.name)
}

function source(value: string): { source?: string } {
  return value === '' ? {} : { source: value }
}
