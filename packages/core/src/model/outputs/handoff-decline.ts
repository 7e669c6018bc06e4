import { outputOf } from './envelope.js'
import { settledHandoff } from './handoff-row.js'

/** `rally handoff decline --json`. */
export const outputSchema = outputOf('handoff-decline', settledHandoff)
