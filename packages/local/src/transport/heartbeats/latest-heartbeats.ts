import fs from 'node:fs'
import { safeName } from '@rally/core/ids'
import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import type { Cache } from '../cache/cache-folder.js'
import { foldFiles, type LineFold } from '../cache/fold-files.js'
import { MAX_LINE } from '../files/line-blocks.js'
import { openToRead } from '../files/open-regular.js'
import { parseHeartbeat } from './parse-heartbeat.js'

/** The deciding lines of one session and task: written last, and newest by time. */
interface Pair {
  written: [order: number, line: string]
  newest: [order: number, line: string, ts: number]
}

/** Pairs by `session\ntask`, oldest written first. */
interface Heartbeats {
  order: number
  pairs: { [key: string]: Pair }
  /** Whether old pairs were dropped. */
  dropped: boolean
}

/** Pairs that are kept; when there are more, the older half goes. */
const KEPT = 2000

export function heartbeatFile(tool: string): string {
  return `task-heartbeats/${safeName(tool)}.jsonl`
}

/** The lines of a session that can decide its health, in order of writing; see `HeartbeatStore.latest`. */
export async function latestHeartbeats(
  where: { root: string; cache: Cache },
  tool: string,
  options: { sessionId: string },
): Promise<TaskHeartbeat[]> {
  const { sessionId } = options
  const file = heartbeatFile(tool)
  const sources = () => ({ root: where.root, settled: [], growing: [file] })
  let folded = await foldFiles(keepAll(file), sources, { cache: where.cache })
  let mine = pairsOf(folded.state, sessionId)
  if (mine.length === 0 && folded.state.dropped) {
    folded = await foldFiles(keepOne(file, sessionId), sources, { cache: undefined })
    mine = pairsOf(folded.state, sessionId)
  }
  const lines = new Map(mine.flatMap(({ written, newest }) => [written, [newest[0], newest[1]] as const]))
  const ordered = [...lines].sort(([a], [b]) => a - b).map(([, line]) => parseHeartbeat(line))
  const last = unfinishedLine(where.root, file, folded.ends[0]?.position ?? 0)
  return [...ordered, last].filter((line) => line !== undefined && line.session_id === sessionId) as TaskHeartbeat[]
}

function keepAll(file: string): LineFold<Heartbeats> {
  return {
    key: `heartbeats-${file.slice('task-heartbeats/'.length, -'.jsonl'.length)}`,
    version: 1,
    initial: () => ({ order: 0, pairs: {}, dropped: false }),
    line: (state, bytes, { start, end }) => (end - start < 2 ? state : keep(state, bytes.toString('utf8', start, end))),
  }
}

function keepOne(file: string, sessionId: string): LineFold<Heartbeats> {
  const all = keepAll(file)
  return {
    ...all,
    line: (state, bytes, range) =>
      bytes.toString('latin1', range.start, range.end).includes(sessionId) ? all.line(state, bytes, range) : state,
  }
}

function keep(state: Heartbeats, line: string): Heartbeats {
  const heartbeat = parseHeartbeat(line)
  if (heartbeat === undefined) return state
  const key = `${heartbeat.session_id}\n${heartbeat.task_ref}`
  const order = ++state.order
  const before = state.pairs[key]
  const newest: Pair['newest'] =
    before !== undefined && before.newest[2] > heartbeat.ts ? before.newest : [order, line, heartbeat.ts]
  // Deleted first, so that the keys stay in order of writing.
  delete state.pairs[key]
  state.pairs[key] = { written: [order, line], newest }
  return order % KEPT === 0 ? dropOld(state) : state
}

function dropOld(state: Heartbeats): Heartbeats {
  const entries = Object.entries(state.pairs)
  if (entries.length <= KEPT) return state
  return { ...state, pairs: Object.fromEntries(entries.slice(-KEPT / 2)), dropped: true }
}

function pairsOf(state: Heartbeats, sessionId: string): Pair[] {
  return Object.entries(state.pairs).flatMap(([key, pair]) => (key.startsWith(`${sessionId}\n`) ? [pair] : []))
}

/** Text behind the last newline: complete if its writer merely ended without one. */
function unfinishedLine(root: string, name: string, from: number): TaskHeartbeat | undefined {
  const file = openToRead(root, name)
  if (file === undefined) return undefined
  try {
    const length = file.size - from
    if (length <= 1 || length > MAX_LINE) return undefined
    const bytes = Buffer.allocUnsafe(length)
    return parseHeartbeat(bytes.toString('utf8', 0, fs.readSync(file.fd, bytes, 0, length, from)))
  } finally {
    fs.closeSync(file.fd)
  }
}
