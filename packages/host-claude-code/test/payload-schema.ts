import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event (Claude Code 2.1.330, recorded in `fixtures/`). Used in tests only: they
 * prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse the same.
 */
const text = z.string().min(1)
/** Read when it is a text, ignored otherwise. */
const hint = z.string().optional().catch(undefined)

const common = {
  session_id: text,
  cwd: text,
  agent_id: hint,
  agent_type: hint,
  model: hint,
}

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.looseObject({ ...common, hook_event_name: z.literal(event), ...shape })
}

function toolPayload<Event extends string>(event: Event) {
  return z.union([
    payload(event, { tool_name: z.literal('Bash') }),
    payload(event, {
      tool_name: z.enum(['Edit', 'Write', 'MultiEdit']),
      tool_input: z.looseObject({ file_path: text }),
    }),
    payload(event, { tool_name: z.literal('NotebookEdit'), tool_input: z.looseObject({ notebook_path: text }) }),
  ])
}

export const PAYLOAD_SCHEMAS = {
  SessionStart: payload('SessionStart', { source: hint }),
  UserPromptSubmit: payload('UserPromptSubmit', { prompt: hint, source: hint }),
  PreToolUse: toolPayload('PreToolUse'),
  PostToolUse: toolPayload('PostToolUse'),
  Stop: payload('Stop', {}),
  SessionEnd: payload('SessionEnd', { reason: hint }),
  SubagentStart: payload('SubagentStart', { agent_id: text }),
  SubagentStop: payload('SubagentStop', { agent_id: text }),
}
