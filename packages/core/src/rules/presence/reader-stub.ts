import type { LogCursor, Presence } from '../../model/presence.js'

/** The record of somebody who only reads: it keeps a cursor and is nobody's peer (protocol section 4). */
export function readerStub(sessionId: string, cursor: LogCursor): Presence {
  return {
    session_id: sessionId,
    tool: 'reader',
    model: 'n/a',
    run_id: 'n/a',
    app_slug: '',
    phase: 'reader',
    files_in_flight: [],
    heartbeat_ts: 0,
    cursor,
  }
}
