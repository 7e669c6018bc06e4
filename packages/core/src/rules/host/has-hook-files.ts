import type { HostAdapter } from '../../ports/host.js'

/** Whether rally has something to install for a host: one without any file for hooks calls rally-hook of its own accord. */
export function hasHookFiles({ configFiles, programFiles = [] }: HostAdapter): boolean {
  return configFiles.length + programFiles.length > 0
}
