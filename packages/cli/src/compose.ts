import { RallyError } from '@rally/core/errors'
import type { ComposeOptions, Rally } from './rally.js'

/** The only place where objects are wired. */
export function compose(_options: ComposeOptions): Rally {
  throw new RallyError('INTERNAL', { reason: 'not composed yet' })
}
