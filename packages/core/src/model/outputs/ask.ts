import { z } from 'zod'
import { outputOf } from './envelope.js'
import { saidKeys } from './sent-message.js'

const keys = z.object(saidKeys)

/** `rally ask --json`. */
export const outputSchema = outputOf('ask', keys)
