import type { HookConfigFile } from '@rally/core/ports/host'

/** A build loop calls rally itself: there is no configuration file to put hooks into. */
export function hookFiles(): readonly HookConfigFile[] {
  return []
}
