import { z } from 'zod'
import { relayChannelStatusSchema } from '../relay-room.js'
import { errorSchema, outputOf } from './envelope.js'

/** A line that the running relay prints: `event` is stable, the rest are facts of that event. */
const event = z.looseObject({
  event: z.string(),
  /** RFC 3339, UTC. */
  at: z.string(),
  app: z.string().optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  hint: z.string().nullable().optional(),
})

/** `rally relay --status --json`. */
const status = z.object({
  running: z.boolean(),
  /** Of the relay that wrote the status, which may have ended. */
  pid: z.number().int().nullable(),
  machine: z.string().nullable(),
  server: z.string().nullable(),
  connected: z.boolean(),
  started_at: z.number().nullable(),
  written_at: z.number().nullable(),
  channels: z.array(relayChannelStatusSchema),
})
export type RelayStatusOutput = z.infer<typeof status>

/** `rally relay --channel NAME --json` and `rally relay --detach --json`. */
const changed = z.object({
  app: z.string(),
  /** The room's name on the server from now on; null when it was detached. */
  key: z.string().nullable(),
  /** The file that was changed. */
  path: z.string(),
})

export const outputSchema = z.union([
  event,
  outputOf('relay', status),
  outputOf('relay', changed),
  z.looseObject({ ok: z.literal(false), schema: z.literal('rally.relay/1'), error: errorSchema }),
])
