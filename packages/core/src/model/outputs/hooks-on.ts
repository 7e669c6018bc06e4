import { outputOf } from './envelope.js'
import { hooksSwitch } from './hooks-off.js'

/** `rally hooks on --json`. */
export const outputSchema = outputOf('hooks-on', hooksSwitch)
