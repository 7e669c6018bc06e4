import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event (Qwen Code 0.24.4, recorded in `fixtures/`). Used in tests only: they
 * prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse the same.
 */
const text = z.string().min(1)

const common = { session_id: text, cwd: text, timestamp: text }

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.looseObject({ ...common, hook_event_name: z.literal(event), ...shape })
}

function toolPayload<Event extends string>(event: Event) {
  return z.union([
    payload(event, { tool_name: z.literal('run_shell_command') }),
    payload(event, { tool_name: z.enum(['edit', 'write_file']), tool_input: z.looseObject({ file_path: text }) }),
  ])
}

export const PAYLOAD_SCHEMAS = {
  SessionStart: payload('SessionStart', {}),
  UserPromptSubmit: payload('UserPromptSubmit', {}),
  PreToolUse: toolPayload('PreToolUse'),
  PostToolUse: toolPayload('PostToolUse'),
  Stop: payload('Stop', {}),
  SubagentStart: payload('SubagentStart', { agent_id: text }),
  SubagentStop: payload('SubagentStop', { agent_id: text }),
  SessionEnd: payload('SessionEnd', {}),
}
