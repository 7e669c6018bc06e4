import { z } from 'zod'
import { outputOf } from './envelope.js'
import { saidKeys } from './sent-message.js'

const keys = z.object(saidKeys)

/** `rally tell --json`. */
export const outputSchema = outputOf('tell', keys)
