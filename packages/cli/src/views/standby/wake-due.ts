import type { WakeDueOutput } from '@rally/core/model/outputs/wake-due'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { DueWake } from '@rally/core/usecases/standby/find-due-wakes'
import { localTimeOf } from '../text/clock-time.js'
import { quotePeer } from '../text/lines.js'

/** In the form that readers of the existing system know. */
export function toJson(due: readonly DueWake[]): WakeDueOutput {
  return {
    command: 'wake-due',
    product: 'agent_rally',
    schema: 'agent-rally.command.wake-due.v1',
    data: { 'wake-due': { due: [...due] } },
  }
}

/** Two lines a standby: who waits since when, and what to type. */
export function toText(due: readonly DueWake[]): string {
  if (due.length === 0) return 'nothing is due'
  return due
    .flatMap(({ owner, reason, wake_after, suggested_command }) => [
      `${cleanLine(owner)} waits since ${localTimeOf(wake_after)}: ${quotePeer(reason)}`,
      `  ${cleanLine(suggested_command)}`,
    ])
    .join('\n')
}
