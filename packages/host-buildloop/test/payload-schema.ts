import { z } from 'zod'

/**
 * The payloads that a build loop sends, per event: the contract of this adapter, `fixtures/` shows it in full. Used in tests
 * only: they prove that these schemas and the readers of `src/adapter.ts`, which run in the hook, accept and refuse the same.
 */
const text = z.string().min(1)
/** Read when it is a text, ignored otherwise. */
const hint = z.string().optional().catch(undefined)

const common = {
  v: z.literal(1).optional(),
  host: z.literal('buildloop').optional(),
  // Identity and folder may come from the environment instead; here they are required.
  session_id: text,
  cwd: text,
  parent_session_id: hint.nullable().catch(null),
  model: hint,
  label: hint,
  pid: z.number().optional().catch(undefined),
  /** Another host's payload. */
  hook_event_name: z.undefined().optional(),
}

function payload<Event extends string, Shape extends z.ZodRawShape>(event: Event, shape: Shape) {
  return z.looseObject({ ...common, event: z.literal(event).optional(), ...shape })
}

const paths = z.array(z.unknown()).refine((list) => list.some((path) => typeof path === 'string' && path !== ''))

export const PAYLOAD_SCHEMAS = {
  'session-start': payload('session-start', { source: hint }),
  'turn-start': payload('turn-start', {}),
  'before-edit': payload('before-edit', { paths }),
  'after-edit': payload('after-edit', { paths }),
  'turn-end': payload('turn-end', {}),
  'session-end': payload('session-end', { reason: hint }),
}
