import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event (Copilot CLI 1.0.102, recorded in `fixtures/`). A payload does not say
 * its event. Used in tests only: they prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept
 * and refuse the same.
 */
const text = z.string().min(1)

const common = { sessionId: text, cwd: text }

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.looseObject({ ...common, hookName: z.literal(event).optional(), ...shape })
}

const file = z.union([z.looseObject({ path: text }), z.looseObject({ file_path: text })])

function toolPayload<Event extends string>(event: Event) {
  return z.union([
    payload(event, { toolName: z.literal('bash') }),
    payload(event, { toolName: z.enum(['edit', 'create', 'str_replace_editor']), toolArgs: file }),
  ])
}

export const PAYLOAD_SCHEMAS = {
  sessionStart: payload('sessionStart', {}),
  userPromptSubmitted: payload('userPromptSubmitted', {}),
  preToolUse: toolPayload('preToolUse'),
  postToolUse: toolPayload('postToolUse'),
  agentStop: payload('agentStop', {}),
  subagentStart: payload('subagentStart', { agentId: text }),
  subagentStop: payload('subagentStop', { agentId: text }),
  sessionEnd: payload('sessionEnd', {}),
}
