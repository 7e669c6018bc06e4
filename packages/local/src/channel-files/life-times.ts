import type { LifeTimes } from '@rally/core/rules/presence/life'
import { writtenAt } from '../transport/sessions/presence-file.js'
import { announcedAt } from './inflight-log.js'

/** What the file system knows of the times of one session; looked at when a judgement needs it. */
export function lifeTimes(root: string, sessionId: string): LifeTimes {
  return {
    writtenAt: () => writtenAt(root, sessionId),
    announcedAt: ({ machine }) => (machine === undefined ? announcedAt(root, sessionId) : undefined),
  }
}
