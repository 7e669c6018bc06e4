import { z } from 'zod'
import { outputOf } from './envelope.js'
import { saidKeys } from './sent-message.js'

const keys = z.object(saidKeys)

/** `rally reply --json`. */
export const outputSchema = outputOf('reply', keys)
