import type { HookConfigFile, HookSample } from '@rally/core/ports/host'

/** A build loop calls rally itself: there is no configuration file to put hooks into. */
export function hookFiles(): readonly HookConfigFile[] {
  return []
}

/** The contract of docs/how-to/use-with-a-build-loop.md. */
export const SAMPLES: readonly HookSample[] = [
  { event: 'session-start', file: 'fixtures/session-start.json' },
  { event: 'turn-start', file: 'fixtures/turn-start.json' },
  { event: 'before-edit', file: 'fixtures/before-edit.json' },
  { event: 'after-edit', file: 'fixtures/after-edit.json' },
  { event: 'turn-end', file: 'fixtures/turn-end.json' },
  { event: 'session-end', file: 'fixtures/session-end.json' },
]
