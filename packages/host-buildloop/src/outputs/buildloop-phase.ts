import type { Checkpoint } from '@rally/core/usecases/status/checkpoint-read'
import { z } from 'zod'
import { outputOf } from './envelope.js'
import { checkpoint, revision } from './parts.js'

const keys = z.object({
  action: z.literal('phase-started'),
  app_slug: z.string(),
  session_id: z.string(),
  phase: z.string(),
  channel_revision: revision,
  event_id: z.string().nullable(),
  checkpoint,
})
export type PhaseOutput = Omit<z.infer<typeof keys>, 'checkpoint'> & { checkpoint: Checkpoint }

/** `rally buildloop phase --json`. */
export const outputSchema = outputOf('buildloop-phase', keys)
