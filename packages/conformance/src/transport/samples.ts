import type { AckCursor } from '@rally/core/model/ack-cursor'
import type { ChangeRecord, RecordDraft } from '@rally/core/model/change-record'
import type { InboxMessage } from '@rally/core/model/message'
import type { LogCursor, Presence } from '@rally/core/model/presence'
import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import type { Transport } from '@rally/core/ports/transport'

/** The tool of every sample. */
export const TOOL = 'codex'

/** An instant on a whole second: stored forms may cut the fraction. */
export const NOW = 1_795_000_000

export const ZERO: LogCursor = { revision: 0, changes_offset: 0 }

/** Legal ids that a path, a subject or a key could trip over. */
export const HARD_IDS = ['agent:coder-1a2b', 'my.app', 'a@b', 'UPPER_lower-9', '-dash', '_under', `x${'y'.repeat(127)}`]

/** Not usable as an id, however it is stored. */
export const UNSAFE_IDS = ['../x', 'a/b', '', '*', '.hidden', 'a b', 'a\0b', 'a\nb', 'é', 'x'.repeat(5000)]

export function draft(overrides: Partial<RecordDraft> = {}): RecordDraft {
  return {
    kind: 'feedback',
    tool: TOOL,
    model: 'gpt',
    run_id: 'run-1',
    app_slug: 'app',
    payload: { subject: 'a subject', n: 1 },
    ts: NOW,
    ...overrides,
  }
}

export function presence(sessionId: string, overrides: Partial<Presence> = {}): Presence {
  return {
    session_id: sessionId,
    tool: TOOL,
    model: 'gpt',
    run_id: 'run-1',
    app_slug: 'app',
    phase: 'build',
    task: 'a task',
    parent: null,
    spawned: {},
    files_in_flight: [],
    heartbeat_ts: NOW,
    last_seen: NOW,
    ...overrides,
  }
}

export function heartbeat(ts: number, overrides: Partial<TaskHeartbeat> = {}): TaskHeartbeat {
  return {
    schema_version: '1.0',
    kind: 'task-heartbeat',
    id: `s1-${ts * 1000}`,
    session_id: 's1',
    tool: TOOL,
    model: 'gpt',
    run_id: 'run-1',
    app_slug: 'app',
    task_ref: 'T1',
    status: 'running',
    still_on_task: true,
    progress_since_last: '',
    evidence_refs: [],
    attention_reason: '',
    interval_seconds: 600,
    next_check_in_at: ts + 600,
    ts,
    ...overrides,
  }
}

export function message(to: string, n: number, overrides: Partial<InboxMessage> = {}): InboxMessage {
  return {
    schema_version: '1.0',
    id: `claude_code-${n}`,
    kind: 'message',
    from: 'claude_code',
    to,
    requires_ack: false,
    ts: NOW + n,
    payload: { n },
    ...overrides,
  }
}

export function ack(tool: string, sessionId: string, lines: number): AckCursor {
  return {
    schema_version: '1.0',
    kind: 'rally-inbox-ack-cursor',
    tool,
    session_id: sessionId,
    acked_at: NOW,
    direct: { line_count: lines, last_message_ts: NOW },
    broadcast: { line_count: 0, last_message_ts: null },
  }
}

/** The whole log, page by page. */
export async function readAll(transport: Transport, options: { after?: LogCursor; limit?: number } = {}) {
  const records: ChangeRecord[] = []
  let cursor = options.after ?? ZERO
  for (;;) {
    const page = await transport.log.read(cursor, options.limit)
    records.push(...page.records)
    cursor = page.cursor
    if (!page.more) return { records, cursor }
  }
}

export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
