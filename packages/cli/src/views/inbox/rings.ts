import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RingReceipt } from '@rally/core/usecases/ring/ring-sessions'

/** `codex-1 was rung`, `codex-2 was not rung: its host has no doorbell`; a line each. */
export function describeRings(rings: readonly RingReceipt[]): string {
  return rings
    .map(({ name, rung, why }) => `${cleanLine(name)} was ${rung ? 'rung' : `not rung: ${cleanLine(why ?? '')}`}`)
    .join('\n')
}
