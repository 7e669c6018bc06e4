import { RallyError } from '@rally/core/errors'
import type { Configuration } from '@rally/core/model/configuration'
import type { Env } from '../system/user-dirs.js'

const SILENT = ['off', '0', 'false', 'no']

/**
 * What the environment says of the configuration.
 * @throws RallyError CONFIG_INVALID naming the variable
 */
export function readEnvironmentConfiguration(env: Env): Configuration {
  const appsRoot = env.AGENT_RALLY_APPS_ROOT || env.BUILD_LOOP_APPS_ROOT
  const durability = durabilityOf(env.RALLY_DURABILITY)
  const silenced = SILENT.includes((env.RALLY_HOOKS ?? '').trim().toLowerCase())
  const to = env.RALLY_RELAY_TO
  return {
    ...(appsRoot && { apps_root: appsRoot }),
    ...(durability && { durability }),
    ...(silenced && { hooks: { enabled: false } }),
    ...(to && { relay: { to } }),
  }
}

function durabilityOf(value: string | undefined): Configuration['durability'] {
  if (!value) return undefined
  if (value === 'fast' || value === 'synced') return value
  throw new RallyError('CONFIG_INVALID', { path: 'RALLY_DURABILITY', reason: 'it must be fast or synced' })
}
