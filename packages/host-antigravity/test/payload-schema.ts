import { z } from 'zod'

/**
 * The payloads that this adapter understands, per event, as the host's documentation has them. A payload does not say its event.
 * Used in tests only: they prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse
 * the same.
 */
const text = z.string().min(1)
const workspaces = z.array(z.unknown()).refine(([first]) => typeof first === 'string' && first !== '')

/** Without a workspace the folder of a payload counts. */
const common = z.union([
  z.looseObject({ conversationId: text, workspacePaths: workspaces }),
  z.looseObject({ conversationId: text, cwd: text }),
])

function payload<Event extends string>(event: Event) {
  return common.and(z.looseObject({ hookEventName: z.literal(event).optional() }))
}

const edit = z.enum(['write_to_file', 'replace_file_content', 'multi_replace_file_content'])

export const PAYLOAD_SCHEMAS = {
  PreInvocation: payload('PreInvocation'),
  PreToolUse: payload('PreToolUse').and(
    z.looseObject({
      toolCall: z.union([
        z.looseObject({ name: z.literal('run_command') }),
        z.looseObject({ name: edit, args: z.looseObject({ TargetFile: text }) }),
      ]),
    }),
  ),
  Stop: payload('Stop'),
}
