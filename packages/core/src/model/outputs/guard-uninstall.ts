import { outputOf } from './envelope.js'
import { guardHook } from './guard-install.js'

/** `rally guard uninstall --json`. */
export const outputSchema = outputOf('guard-uninstall', guardHook)
