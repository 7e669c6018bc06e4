import type { CostOutput } from '../../model/outputs/cost.js'
import type { TellingRecord } from '../../model/telling.js'

/** One run of a hook. */
export interface HookCall {
  readonly host: string
  readonly ms: number
  /** `said`, `denied`, or anything else. */
  readonly code: string
  /** The conversation that it was for, where that is known. */
  readonly session?: string | undefined
}

/** An edit that the gate answers takes about so long (milliseconds): half of a start of Node. */
const GATE_MS = 20

/**
 * The edits of a room, and how many of them at least the gate answered alone: those of a session beyond all its calls.
 */
export function sumEdits(
  edits: readonly { readonly sessionId: string; readonly count: number }[],
  calls: readonly HookCall[],
): CostOutput['edits'] {
  const bySession = new Map<string, number>()
  for (const { sessionId, count } of edits) bySession.set(sessionId, (bySession.get(sessionId) ?? 0) + count)
  const callsOf = (id: string): number => calls.filter(({ session }) => session === id).length
  const gate = [...bySession].reduce((total, [id, count]) => total + Math.max(0, count - callsOf(id)), 0)
  return { announced: sum(edits, ({ count }) => count), gate, gate_ms: gate * GATE_MS }
}

/** So many characters are about one token. */
const CHARS_PER_TOKEN = 4

type Cost = Pick<CostOutput, 'hosts' | 'sessions' | 'total'>
type Row = Cost['sessions'][number]

/** What rally cost: calls and milliseconds by host, and what each session of the room was told. */
export function sumCost(
  calls: readonly HookCall[],
  tellings: readonly TellingRecord[],
  /** Name and tool of the sessions of the room. */
  known: ReadonlyMap<string, { readonly name: string; readonly tool: string }>,
): Cost {
  const rows = new Map<string, Row>()
  const rowOf = (id: string, name: string, tool: string): Row => {
    const row = rows.get(id) ?? { session_id: id, name, tool, calls: 0, ms: 0, tellings: 0, characters: 0, tokens: 0 }
    rows.set(id, row)
    return row
  }
  for (const { session, ms } of calls) {
    const who = session === undefined ? undefined : known.get(session)
    if (session === undefined || who === undefined) continue
    const row = rowOf(session, who.name, who.tool)
    row.calls++
    row.ms = round(row.ms + ms)
  }
  for (const { session, name, tool, text } of tellings) {
    const row = rowOf(session, name ?? known.get(session)?.name ?? session, tool)
    row.tellings++
    row.characters += text.length
    row.tokens = Math.ceil(row.characters / CHARS_PER_TOKEN)
  }
  const sessions = [...rows.values()].sort((a, b) => b.characters - a.characters || b.ms - a.ms)
  const characters = sum(sessions, ({ characters: one }) => one)
  return {
    hosts: hostsOf(calls),
    sessions,
    total: {
      calls: calls.length,
      ms: round(sum(calls, ({ ms }) => ms)),
      tellings: tellings.length,
      characters,
      tokens: Math.ceil(characters / CHARS_PER_TOKEN),
    },
  }
}

function hostsOf(calls: readonly HookCall[]): Cost['hosts'] {
  return [...new Set(calls.map(({ host }) => host))].sort().map((host) => {
    const own = calls.filter((call) => call.host === host)
    const of = (code: string) => own.filter((call) => call.code === code).length
    return { host, calls: own.length, ms: round(sum(own, ({ ms }) => ms)), said: of('said'), denied: of('denied') }
  })
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
