import { outputOf } from './envelope.js'
import { settledHandoff } from './handoff-row.js'

/** `rally handoff done --json`. */
export const outputSchema = outputOf('handoff-done', settledHandoff)
