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

const ID = 'claude_code'

const MOMENTS: ReadonlyMap<string, MomentName> = new Map([
  ['SessionStart', 'session-start'],
  ['UserPromptSubmit', 'prompt'],
  ['PreToolUse', 'before-edit'],
  ['PostToolUse', 'after-edit'],
  ['Stop', 'turn-end'],
  ['SessionEnd', 'session-end'],
  ['SubagentStart', 'child-start'],
  ['SubagentStop', 'child-end'],
])

/** The tools that change files, with the field that names the file (absolute). */
const EDIT_TOOLS: ReadonlyMap<string, string> = new Map([
  ['Edit', 'file_path'],
  ['Write', 'file_path'],
  ['MultiEdit', 'file_path'],
  ['NotebookEdit', 'notebook_path'],
])

const CAPABILITIES: HostCapabilities = {
  moments: [...MOMENTS.values()],
  // Not turn-end: text there keeps the turn going. Not session-end: output there is refused with a message to the user.
  context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
  deny: true,
  // 9,900 characters arrived whole, 10,100 were replaced by a preview (measured with 2.1.330).
  textLimit: 9_900,
  timeoutUnit: 's',
  children: true,
}

const factory: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Claude Code',
    shortName: 'claude',
    aliases: ['claude', 'claude-code'],
    capabilities: CAPABILITIES,
    // Editors and the desktop program start one process for each conversation too.
    conversations: 'one',
    configFiles: hookFiles(api, ID),
    textFiles: TEXT_FILES,
    runner: RUNNER,
    samples: SAMPLES,
    offSwitches: OFF_SWITCHES,
    identify,
    parse: (event: string, payload: JsonObject, env: HostEnv) => parse(api, event, payload, env),
    render: (moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply) => render(api, moment, reply),
  })

export default factory

/** Neither CLAUDECODE (inherited by every program started here) nor CLAUDE_PROJECT_DIR (set by other hosts too) names a session. */
function identify(env: HostEnv): SessionClue | undefined {
  const sessionId = env.CLAUDE_CODE_SESSION_ID
  if (sessionId === undefined || sessionId === '') return undefined
  const hostPid = pidOf(env)
  return { sessionId, ...(hostPid === undefined ? {} : { hostPid }) }
}

function parse(api: HostApi, event: string, payload: JsonObject, env: HostEnv): Moment | undefined {
  const name = MOMENTS.get(event)
  const sessionId = api.str(payload.session_id)
  const cwd = api.str(payload.cwd)
  if (name === undefined || sessionId === '' || cwd === '' || !isOurs(api, event, payload, env)) return undefined
  const agentId = api.str(payload.agent_id)
  const agentType = api.str(payload.agent_type)
  const model = api.str(payload.model)
  // An outer Claude Code's variables are inherited by whatever runs inside it; only an equal session id makes them ours.
  const hostPid = env.CLAUDE_CODE_SESSION_ID === sessionId ? pidOf(env) : undefined
  const common = {
    event,
    sessionId,
    cwd,
    ...(agentId === '' ? {} : { agentId }),
    ...(agentType === '' ? {} : { agentType }),
    ...(model === '' ? {} : { model }),
    ...(hostPid === undefined ? {} : { hostPid }),
  }
  switch (name) {
    case 'before-edit':
    case 'after-edit': {
      const path = editedFile(api, payload)
      return path === undefined ? undefined : { ...common, name, paths: [path] }
    }
    case 'prompt':
      return { ...common, name, ...(isMachineMade(api, payload) ? { quiet: true } : {}) }
    case 'session-start':
      return { ...common, name, ...source(api.str(payload.source)) }
    case 'session-end': {
      const reason = api.str(payload.reason)
      // The program lives on with another conversation: idle, not gone.
      const leaves = reason !== 'clear' && reason !== 'resume'
      return { ...common, name: leaves ? name : 'turn-end', ...source(reason) }
    }
    case 'child-start':
    case 'child-end':
      return agentId === '' ? undefined : { ...common, name }
    default:
      return { ...common, name }
  }
}

/**
 * Another host may run these very hooks: Cursor imports this file and sends its own shape, Codex loads plugins made for
 * Claude Code. Rally hears those hosts through their own hooks, so here it stays silent. In this order: what only Cursor or
 * Gemini CLI sends, what only Claude Code sets (so that a field added to its payload later does no harm), what only Codex sends.
 */
function isOurs(api: HostApi, event: string, payload: JsonObject, env: HostEnv): boolean {
  if (payload.hook_event_name !== event) return false
  if (payload.cursor_version !== undefined || payload.conversation_id !== undefined) return false
  if (payload.timestamp !== undefined && env.GEMINI_SESSION_ID === payload.session_id) return false
  if (env.CLAUDECODE === '1' && env.CLAUDE_CODE_SESSION_ID === payload.session_id) return true
  return payload.turn_id === undefined && !api.str(payload.transcript_path).includes('/rollout-')
}

function editedFile(api: HostApi, payload: JsonObject): string | undefined {
  const field = EDIT_TOOLS.get(api.str(payload.tool_name))
  if (field === undefined) return undefined
  return api.str(api.obj(payload.tool_input)[field]) || undefined
}

/** A finished background subagent arrives as a prompt that nobody typed. */
function isMachineMade(api: HostApi, payload: JsonObject): boolean {
  return payload.source === 'system' || api.str(payload.prompt).trimStart().startsWith('<task-notification>')
}

function render(api: HostApi, moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply): HostOutput {
  const context = api.clip(reply.context ?? '', CAPABILITIES.textLimit)
  const name = MOMENTS.get(moment.event)
  if (reply.deny !== undefined && name === 'before-edit') {
    const reason = [reply.deny.reason || 'refused by rally', reply.context].filter(Boolean).join('\n\n')
    return hookOutput(moment.event, {
      permissionDecision: 'deny',
      permissionDecisionReason: api.clip(reason, CAPABILITIES.textLimit),
    })
  }
  if (context === '' || name === undefined || !CAPABILITIES.context.includes(name)) return { stdout: '' }
  return hookOutput(moment.event, { additionalContext: context })
}

/** `hookEventName` must be there and equal the event, else the output is dropped. */
function hookOutput(event: string, fields: JsonObject): HostOutput {
  return { stdout: JSON.stringify({ hookSpecificOutput: { hookEventName: event, ...fields } }) }
}

function source(value: string): { source?: string } {
  return value === '' ? {} : { source: value }
}

function pidOf(env: HostEnv): number | undefined {
  const pid = Number(env.CLAUDE_PID)
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}
