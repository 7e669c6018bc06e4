import { z } from 'zod'
import { outputOf } from './envelope.js'
import { revision } from './parts.js'

const keys = z.object({
  action: z.enum(['bootstrapped', 'joined-existing-coord']),
  /** Absolute. */
  coord_file: z.string(),
  channel_revision: revision,
  session_id: z.string(),
  presence_written: z.boolean(),
  active_pointer_written: z.boolean(),
  /** Always empty: what fails is an error. */
  errors: z.array(z.string()),
})
export type BootstrapOutput = z.infer<typeof keys>

/** `rally buildloop bootstrap --json`. */
export const outputSchema = outputOf('buildloop-bootstrap', keys)
