import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { Transport } from '@rally/core/ports/transport'

/** Records of one page. */
const PAGE = 500

/** Looks at every record of a log, oldest first; answers the cursor behind the last one. */
export async function scanLog({ log }: Transport, look: (record: ChangeRecord) => Promise<void>): Promise<LogCursor> {
  let cursor: LogCursor = { revision: 0, changes_offset: 0 }
  for (;;) {
    const page = await log.read(cursor, PAGE)
    for (const record of page.records) await look(record)
    cursor = page.cursor
    if (!page.more) return cursor
  }
}
