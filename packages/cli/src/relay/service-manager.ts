import { spawn } from 'node:child_process'
import { programEnv } from '@rally/local/system/program-env'

/**
 * Tells systemd how the service stands, where it asked for that (`Type=notify`). Node cannot write to its socket, so its
 * own small program does; without it the service manager only sees the process.
 */
export function notifyServiceManager(state: 'READY=1' | 'STOPPING=1', env: NodeJS.ProcessEnv): void {
  if (!env.NOTIFY_SOCKET) return
  const child = spawn('systemd-notify', [state], { stdio: 'ignore', env: programEnv(env) })
  child.on('error', () => undefined)
  child.unref()
}
