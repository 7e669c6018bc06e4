import type { ChangeRecord } from '../../model/change-record.js'
import type { LogCursor } from '../../model/presence.js'
import type { Transport } from '../../ports/transport.js'
import { RELAY_PAGE } from './relay-context.js'

/** Looks at every record of a log, oldest first; answers the cursor behind the last one. */
export async function scanLog({ log }: Transport, look: (record: ChangeRecord) => Promise<void>): Promise<LogCursor> {
  let cursor: LogCursor = { revision: 0, changes_offset: 0 }
  for (;;) {
    const page = await log.read(cursor, RELAY_PAGE)
    for (const record of page.records) await look(record)
    cursor = page.cursor
    if (!page.more) return cursor
  }
}
