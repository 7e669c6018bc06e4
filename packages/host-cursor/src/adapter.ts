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
import { hookFiles, RUNNER, SAMPLES, TEXT_FILES } from './hook-files.js'

const ID = 'cursor'

const MOMENTS: ReadonlyMap<string, MomentName> = new Map([
  ['sessionStart', 'session-start'],
  ['beforeSubmitPrompt', 'prompt'],
  ['preToolUse', 'before-edit'],
  ['postToolUse', 'after-edit'],
  ['afterFileEdit', 'after-edit'],
  ['stop', 'turn-end'],
  ['sessionEnd', 'session-end'],
  ['subagentStart', 'child-start'],
  ['subagentStop', 'child-end'],
])

/** Every edit is a Write to a hook today; the others are names that builds have used. */
const EDIT_TOOLS: readonly string[] = ['Write', 'Delete', 'Edit', 'MultiEdit', 'StrReplace']
const PATCH_TOOL = 'ApplyPatch'

/** subagentStart is not among the events whose text the runtime hands on, although its output has the field. */
const CONTEXT_EVENTS: readonly string[] = ['sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse']

const CAPABILITIES: HostCapabilities = {
  moments: [...new Set(MOMENTS.values())],
  context: ['session-start', 'prompt', 'before-edit', 'after-edit'],
  deny: true,
  // Above 10,000 the text is dropped whole, counted after the texts of all hooks of the event were joined: leave room.
  textLimit: 8_000,
  timeoutUnit: 's',
  children: true,
}

const factory: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Cursor',
    shortName: 'cursor',
    aliases: ['cursor-agent', 'cursor-cli'],
    capabilities: CAPABILITIES,
    configFiles: hookFiles(api, ID),
    textFiles: TEXT_FILES,
    runner: RUNNER,
    samples: SAMPLES,
    identify,
    parse: (event: string, payload: JsonObject, env: HostEnv) => parse(api, event, payload, env),
    render: (moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply) => render(api, moment, reply),
  })

export default factory

function identify(env: HostEnv): SessionClue | undefined {
  const sessionId = env.CURSOR_CONVERSATION_ID
  if (sessionId !== undefined && sessionId !== '') return { sessionId }
  return env.CURSOR_AGENT === '1' ? { hostOnly: true } : undefined
}

function parse(api: HostApi, event: string, payload: JsonObject, env: HostEnv): Moment | undefined {
  const name = MOMENTS.get(event)
  if (name === undefined || payload.hook_event_name !== event || api.str(payload.cursor_version) === '')
    return undefined
  const conversation = api.str(payload.conversation_id) || api.str(payload.session_id)
  const isChild = name === 'child-start' || name === 'child-end'
  const sessionId = (isChild && api.str(payload.parent_conversation_id)) || conversation
  const paths = name === 'before-edit' || name === 'after-edit' ? editedFiles(api, event, payload) : undefined
  const cwd = folder(api, payload, env, paths?.[0])
  if (sessionId === '' || cwd === '') return undefined
  const model = api.str(payload.model)
  const common = { event, sessionId, cwd, ...(model === '' ? {} : { model }) }
  switch (name) {
    case 'before-edit':
    case 'after-edit':
      return paths === undefined ? undefined : { ...common, name, paths }
    case 'session-end': {
      const reason = api.str(payload.reason)
      return { ...common, name, ...(reason === '' ? {} : { source: reason }) }
    }
    case 'child-start':
    case 'child-end': {
      const agentId = api.str(payload.subagent_id)
      const agentType = api.str(payload.subagent_type)
      if (agentId === '') return undefined
      return { ...common, name, agentId, ...(agentType === '' ? {} : { agentType }) }
    }
    default:
      return { ...common, name }
  }
}

function editedFiles(api: HostApi, event: string, payload: JsonObject): readonly string[] | undefined {
  if (event === 'afterFileEdit') return namedFile(api, payload)
  const tool = api.str(payload.tool_name)
  const input = api.obj(payload.tool_input)
  if (tool === PATCH_TOOL) {
    const paths = api.patchPaths(api.str(input.patch) || api.str(input.input))
    return paths.length === 0 ? undefined : paths
  }
  return EDIT_TOOLS.includes(tool) ? namedFile(api, input) : undefined
}

function namedFile(api: HostApi, input: JsonObject): readonly string[] | undefined {
  const path = api.str(input.file_path) || api.str(input.path) || api.str(input.filePath)
  return path === '' ? undefined : [path]
}

/**
 * Hooks of the user's file run in `~/.cursor`, so the working folder counts for nothing. A window may hold several folders:
 * the innermost one that holds the edited file, else the tool's own, else the first.
 */
function folder(api: HostApi, payload: JsonObject, env: HostEnv, path: string | undefined): string {
  const roots = api.list(payload.workspace_roots).map((root) => api.str(root))
  const holding = roots.filter((root) => root !== '' && path?.startsWith(`${root.replace(/\/+$/, '')}/`))
  const innermost = holding.sort((a, b) => b.length - a.length)[0]
  return innermost || api.str(payload.cwd) || roots.find((root) => root !== '') || env.CURSOR_PROJECT_DIR || ''
}

/** Nothing to say is `{}`: empty output counts as a failed hook. What is said must be known to the event, or it is rejected. */
function render(api: HostApi, moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply): HostOutput {
  if (reply.deny !== undefined && moment.event === 'preToolUse') {
    const joined = [reply.deny.reason || 'refused by rally', reply.context].filter(Boolean).join('\n\n')
    const reason = api.clip(joined, CAPABILITIES.textLimit)
    // The model is shown `user_message`; `agent_message` is what the documentation promises to show it.
    return { stdout: JSON.stringify({ permission: 'deny', agent_message: reason, user_message: reason }) }
  }
  const context = api.clip(reply.context ?? '', CAPABILITIES.textLimit)
  if (context === '' || !CONTEXT_EVENTS.includes(moment.event)) return { stdout: '{}' }
  return { stdout: JSON.stringify({ additional_context: context }) }
}
