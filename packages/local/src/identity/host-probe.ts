import { hostname } from 'node:os'
import type { HostProcessProbe } from '@rally/core/rules/presence/liveness'
import { isProcessAlive } from './processes.js'

/**
 * Whether the host process of a session runs on this machine; undefined where that cannot be told: the record names no
 * process, or another machine's (a channel folder can be shared, and process ids mean nothing elsewhere).
 */
export const probeHostProcess: HostProcessProbe = ({ host, host_pid, host_started }) => {
  if (host_pid === undefined || (host !== undefined && host !== hostname())) return undefined
  return isProcessAlive(host_pid, host_started)
}
