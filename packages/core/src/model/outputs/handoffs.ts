import { z } from 'zod'
import { outputOf } from './envelope.js'
import { handoffRow } from './handoff-row.js'

/** Oldest first. */
const keys = z.object({ app_slug: z.string(), handoffs: z.array(handoffRow) })
export type HandoffsOutput = z.infer<typeof keys>

/** `rally handoffs --json`. */
export const outputSchema = outputOf('handoffs', keys)
