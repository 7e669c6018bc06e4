import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import type { World } from '../support/world.js'

const CHILD = join(import.meta.dirname, 'children', 'busy-session.mjs')

/** What a session was told that it did: `record blf_…`, `message …`, `heartbeat …`, `progress TEXT`, `presence N`, `refused CODE`. */
export interface BusySession {
  readonly sessionId: string
  readonly process: ChildProcess
  /** Complete lines so far. */
  lines(): string[]
  /** After the process ended. */
  readonly ended: Promise<string[]>
}

export function startBusySession(
  world: World,
  options: { sessionId: string; seed: number; count?: number; pauseMs?: number },
): BusySession {
  const { sessionId, seed, count = Number.POSITIVE_INFINITY, pauseMs = 0 } = options
  const argv = ['--conditions=rally-internal', CHILD, world.repo, sessionId, ...[seed, count, pauseMs].map(String)]
  const child = spawn(process.execPath, argv, { env: world.env, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const lines = () => out.split('\n').slice(0, -1)
  const ended = new Promise<string[]>((resolve) => child.on('close', () => resolve(lines())))
  return { sessionId, process: child, lines, ended }
}

/** Everything that the files of the channel hold, read without our own code. */
export function readChannel(channel: string) {
  const linesOf = (relative: string): string[] => {
    const path = join(channel, relative)
    return fs.existsSync(path) ? fs.readFileSync(path, 'utf8').split('\n') : []
  }
  const parsed = (relative: string) =>
    linesOf(relative).flatMap((line) => {
      try {
        return [JSON.parse(line) as Record<string, unknown>]
      } catch {
        return []
      }
    })
  const records = parsed('changes.jsonl')
  const beats = parsed('task-heartbeats/codex.jsonl')
  return {
    records: new Set(records.map((record) => String(record.event_id))),
    recordCount: records.length,
    revisions: records.map((record) => Number(record.bl_revision)),
    messages: new Set(parsed('inbox/codex.jsonl').map((message) => String(message.id))),
    heartbeats: new Set(beats.map((beat) => String(beat.id))),
    progress: new Set(beats.map((beat) => String(beat.progress_since_last))),
    presence: (sessionId: string) => parsedPresence(join(channel, 'sessions', `${sessionId}.json`)),
    /** Lines that are no JSON: what a writer was killed in. */
    torn: ['changes.jsonl', 'inbox/codex.jsonl', 'task-heartbeats/codex.jsonl']
      .flatMap(linesOf)
      .filter((line) => line !== '' && !isJson(line)),
  }
}

function parsedPresence(path: string): Record<string, unknown> | undefined {
  return fs.existsSync(path) ? (JSON.parse(fs.readFileSync(path, 'utf8')) as Record<string, unknown>) : undefined
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** What was promised to a session and is not there. Empty when every promise was kept. */
export function brokenPromises(channel: string, sessions: readonly { sessionId: string; lines: string[] }[]): string[] {
  const stored = readChannel(channel)
  const kept: Readonly<Record<string, (id: string, sessionId: string) => boolean>> = {
    record: (id) => stored.records.has(id),
    message: (id) => stored.messages.has(id),
    heartbeat: (id) => stored.heartbeats.has(id),
    // The command does not print the id of its heartbeat.
    progress: (text) => stored.progress.has(text),
    presence: (step, sessionId) => Number(stored.presence(sessionId)?.task) >= Number(step),
  }
  return sessions.flatMap(({ sessionId, lines }) =>
    lines.filter((line) => {
      const [what = '', id = ''] = line.split(' ')
      return kept[what]?.(id, sessionId) === false
    }),
  )
}
