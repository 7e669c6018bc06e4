import { outputOf } from './envelope.js'
import { settledHandoff } from './handoff-row.js'

/** `rally handoff accept --json`. */
export const outputSchema = outputOf('handoff-accept', settledHandoff)
