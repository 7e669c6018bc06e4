import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event (field names of the 1.0.32 runtime, see `../fixtures/`). Used in tests only:
 * they prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse the same.
 */
const text = z.string().min(1)
/** Read when it is a text, ignored otherwise. */
const hint = z.string().optional().catch(undefined)

const common = {
  cursor_version: text,
  model: hint,
}

const folders = z
  .looseObject({ cwd: hint, workspace_roots: z.array(z.unknown()).optional().catch(undefined) })
  .refine(({ cwd, workspace_roots: roots }) => cwd || roots?.some((root) => typeof root === 'string' && root !== ''))

const sessions = z
  .looseObject({ conversation_id: hint, session_id: hint })
  .refine((ids) => ids.conversation_id || ids.session_id)

const parents = z
  .looseObject({ parent_conversation_id: hint, conversation_id: hint, session_id: hint })
  .refine((ids) => ids.parent_conversation_id || ids.conversation_id || ids.session_id)

const hasFolder = (value: object) => folders.safeParse(value).success
const hasSession = (value: object) => sessions.safeParse(value).success
const hasParent = (value: object) => parents.safeParse(value).success

function shape<Event extends string, Shape extends z.ZodRawShape>(event: Event, fields: Shape) {
  return z.looseObject({ ...common, hook_event_name: z.literal(event), ...fields })
}

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, fields: Shape) {
  return shape(event, fields).refine(hasFolder).refine(hasSession)
}

function childPayload<Event extends string>(event: Event) {
  return shape(event, { subagent_id: text, subagent_type: hint }).refine(hasFolder).refine(hasParent)
}

const namesFile = z
  .looseObject({ file_path: hint, path: hint, filePath: hint })
  .refine((input) => Boolean(input.file_path || input.path || input.filePath))

const patch = hint.refine((value) => /^\*\*\* (?:(?:Add|Update|Delete) File|Move to):[ \t]*\S/m.test(value ?? ''))

function toolPayload<Event extends string>(event: Event) {
  return z.union([
    payload(event, { tool_name: z.literal('Shell') }),
    payload(event, {
      tool_name: z.enum(['Write', 'Delete', 'Edit', 'MultiEdit', 'StrReplace']),
      tool_input: namesFile,
    }),
    payload(event, {
      tool_name: z.literal('ApplyPatch'),
      tool_input: z.union([z.looseObject({ patch }), z.looseObject({ input: patch })]),
    }),
  ])
}

export const PAYLOAD_SCHEMAS = {
  sessionStart: payload('sessionStart', {}),
  beforeSubmitPrompt: payload('beforeSubmitPrompt', {}),
  preToolUse: toolPayload('preToolUse'),
  postToolUse: toolPayload('postToolUse'),
  afterFileEdit: payload('afterFileEdit', { file_path: hint, path: hint, filePath: hint }).refine(
    (value) => namesFile.safeParse(value).success,
  ),
  stop: payload('stop', {}),
  sessionEnd: payload('sessionEnd', { reason: hint }),
  subagentStart: childPayload('subagentStart'),
  subagentStop: childPayload('subagentStop'),
}
