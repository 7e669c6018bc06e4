import { RallyError } from '@rally/core/errors'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import { cliError } from '../errors.js'
import type { Rally } from '../rally.js'

/**
 * The port of the durable run. `supplier` is the plugin to name in the hint where none is installed.
 * @throws RallyError PLUGIN_REFUSED when a plugin failed to register, else RUN_IDENTITY_UNSUPPORTED
 */
export function requireRunIdentity(rally: Rally, supplier: string | undefined): RunIdentityPort {
  const { runIdentity } = rally
  if (runIdentity) return runIdentity
  const [refused] = rally.refusedContributions()
  if (refused) throw new RallyError('PLUGIN_REFUSED', { plugin: refused.plugin, reason: refused.reason })
  throw cliError('RUN_IDENTITY_UNSUPPORTED', { plugin: supplier })
}
