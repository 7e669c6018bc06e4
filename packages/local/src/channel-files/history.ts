import type { HistoryPort } from '@rally/core/ports/history'
import { foldEdits, newEditMemo, readEdits } from './edit-history.js'

export interface HistoryOptions {
  /** How many days are kept (`history.days`). */
  readonly days: () => Promise<number>
}

/** What this machine remembers of a room. Looking back also folds what hooks left behind. */
export function createHistory(root: string, options: HistoryOptions): HistoryPort {
  const memo = newEditMemo()
  return {
    async edits(query) {
      if (query.present === undefined) foldEdits(root, { now: query.now, days: await options.days() })
      return readEdits(root, query, memo)
    },
  }
}
