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

const ID = 'codex'

const MOMENTS: ReadonlyMap<string, MomentName> = new Map([
  ['SessionStart', 'session-start'],
  ['UserPromptSubmit', 'prompt'],
  ['PreToolUse', 'before-edit'],
  ['PostToolUse', 'after-edit'],
  ['Stop', 'turn-end'],
  ['Interrupt', 'turn-end'],
  ['SessionEnd', 'session-end'],
  ['SubagentStart', 'child-start'],
  ['SubagentStop', 'child-end'],
])

const CAPABILITIES: HostCapabilities = {
  moments: [...new Set(MOMENTS.values())],
  context: ['session-start', 'prompt', 'before-edit', 'after-edit', 'child-start'],
  deny: true,
  // "About 2,500 tokens (10,000 characters)", cut in the middle above (0.169.0); text that is not English has more tokens.
  textLimit: 8_000,
  timeoutUnit: 's',
  children: true,
}

const factory: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: ID,
    title: 'Codex CLI',
    shortName: 'codex',
    aliases: ['codex-cli', 'openai-codex'],
    capabilities: CAPABILITIES,
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

/** A subagent's shell has the root session's id too: a command typed there speaks for the parent. */
function identify(env: HostEnv): SessionClue | undefined {
  const sessionId = env.CODEX_SESSION_ID || env.CODEX_THREAD_ID
  return sessionId === undefined || sessionId === '' ? undefined : { sessionId }
}

function parse(api: HostApi, event: string, payload: JsonObject, env: HostEnv): Moment | undefined {
  const name = MOMENTS.get(event)
  const sessionId = api.str(payload.session_id)
  const cwd = api.str(payload.cwd)
  if (name === undefined || sessionId === '' || cwd === '' || !isOurs(event, payload, env)) return undefined
  const agentId = api.str(payload.agent_id)
  const agentType = api.str(payload.agent_type)
  const model = api.str(payload.model)
  const common = {
    event,
    sessionId,
    cwd,
    ...(agentId === '' ? {} : { agentId }),
    ...(agentType === '' ? {} : { agentType }),
    ...(model === '' ? {} : { model }),
  }
  switch (name) {
    case 'before-edit':
    case 'after-edit': {
      const paths = editedFiles(api, payload)
      if (paths === undefined) return undefined
      // A shell command that carries no patch is called too, since the matcher cannot look inside: nothing to hear about.
      return paths.length === 0 ? { ...common, name, quiet: true } : { ...common, name, paths }
    }
    case 'session-start':
      return { ...common, name, ...source(api.str(payload.source)) }
    case 'session-end':
      return { ...common, name, ...source(api.str(payload.reason)) }
    case 'child-start':
    case 'child-end':
      return agentId === '' ? undefined : { ...common, name }
    default:
      return { ...common, name }
  }
}

/** Codex sets no variable of its own for hooks, so that a payload is its own unless it shows another host's marks. */
function isOurs(event: string, payload: JsonObject, env: HostEnv): boolean {
  return (
    payload.hook_event_name === event &&
    payload.cursor_version === undefined &&
    payload.conversation_id === undefined &&
    payload.prompt_id === undefined &&
    payload.session_id !== env.CLAUDE_CODE_SESSION_ID &&
    payload.session_id !== env.GEMINI_SESSION_ID
  )
}

/** Paths are only in the patch text, relative to `cwd`; undefined for a tool that edits nothing. */
function editedFiles(api: HostApi, payload: JsonObject): readonly string[] | undefined {
  const input = api.obj(payload.tool_input)
  switch (payload.tool_name) {
    case 'apply_patch':
      return api.patchPaths(commandWords(api, input.command).join(' ') || api.str(input.input))
    case 'Bash':
      return patchedFiles(api, input.command)
    case 'Edit':
    case 'Write': {
      const path = api.str(input.file_path)
      return path === '' ? undefined : [path]
    }
    default:
      return undefined
  }
}

/** Codex sends a patch through the shell as well. */
function patchedFiles(api: HostApi, command: unknown): readonly string[] {
  const { writes } = api.readShell(typeof command === 'string' ? command : commandWords(api, command))
  return writes.filter(({ by }) => by === 'apply_patch' || by === 'applypatch').map(({ path }) => path)
}

/** The command: text, or in older releases a list of words. */
function commandWords(api: HostApi, command: unknown): string[] {
  return typeof command === 'string' ? [command] : api.list(command).map((word) => api.str(word))
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

/** Strict: one field that Codex does not know, or no `hookEventName`, and the whole output is dropped without a word. */
function hookOutput(event: string, fields: JsonObject): HostOutput {
  return { stdout: JSON.stringify({ hookSpecificOutput: { hookEventName: event, ...fields } }) }
}

function source(value: string): { source?: string } {
  return value === '' ? {} : { source: value }
}
