import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event (Gemini CLI 0.61.0, recorded in `fixtures/`). Used in tests only: they
 * prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse the same.
 */
const text = z.string().min(1)
/** Read when it is a text, ignored otherwise. */
const hint = z.string().optional().catch(undefined)

const common = {
  session_id: text,
  cwd: text,
  timestamp: text,
}

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.looseObject({ ...common, hook_event_name: z.literal(event), ...shape })
}

function toolPayload<Event extends string>(event: Event) {
  return z.union([
    payload(event, { tool_name: z.literal('run_shell_command') }),
    payload(event, {
      tool_name: z.enum(['write_file', 'replace']),
      tool_input: z.looseObject({ file_path: text }),
    }),
    payload(event, { tool_name: z.literal('invoke_agent'), tool_input: z.looseObject({ agent_name: text }) }),
  ])
}

export const PAYLOAD_SCHEMAS = {
  SessionStart: payload('SessionStart', { source: hint }),
  BeforeAgent: payload('BeforeAgent', {}),
  BeforeTool: toolPayload('BeforeTool'),
  AfterTool: toolPayload('AfterTool'),
  AfterAgent: payload('AfterAgent', {}),
  SessionEnd: payload('SessionEnd', { reason: hint }),
}
