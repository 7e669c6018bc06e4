import type { HostProcessProbe } from '@rally/core/rules/presence/life'
import { isSameBoot, processesPlace, stateOfProcess } from './processes.js'

/**
 * Looks at the host process of a session. Only where numbers of processes mean the same as where it was recorded, in one pid
 * namespace and one boot of the system, an absent one is gone; from anywhere else nothing is proved.
 */
export const probeHostProcess: HostProcessProbe = ({ pid, started, namespace }) => {
  const place = processesPlace()
  if (place === undefined || !isSameBoot(started)) return 'unknown'
  if (namespace !== undefined && namespace !== place) return 'unknown'
  const state = stateOfProcess(pid, started)
  // A record of an earlier version does not say where its number counts: that it is not here may mean that it is elsewhere.
  return namespace === undefined && state === 'gone' ? 'unknown' : state
}
