import { z } from 'zod'
import { outputOf } from './envelope.js'
import { saidKeys } from './sent-message.js'

const keys = z.object(saidKeys)
export type AskOutput = z.infer<typeof keys>

/** `rally ask --json`. */
export const outputSchema = outputOf('ask', keys)
