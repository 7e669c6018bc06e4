// Rooms of a given size for measurements, written in the on-disk form without our own code.
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanEnvironment } from './paired.mjs'

const CHUNK = 10_000

function record(revision, at) {
  return JSON.stringify({
    schema: 'agent-rally.fact.v1',
    event_id: `blf_${revision.toString(16).padStart(24, '0')}`,
    seq: 0,
    thread_id: 'r',
    kind: 'artifact',
    subject: `feedback ${revision}`,
    scope: [],
    created_at: at,
    evidence: [],
    tool: `tool-${revision % 7}`,
    bl_revision: revision,
    bl_model: 'm',
    bl_app_slug: 'room',
    bl_kind: 'feedback',
    bl_payload: { session_id: `s-${revision % 50}`, message: 'x'.repeat(200) },
  })
}

/** A scratch repository with `records` records (`timeOf` says when, in ISO form) and `sessions` live sessions in its channel. */
export function makeRoom({ records, sessions, timeOf = () => '2026-01-01T00:00:00Z' }) {
  const root = mkdtempSync(join(tmpdir(), 'rally-bench-'))
  const repo = join(root, 'room')
  const channel = join(root, 'apps', 'room')
  mkdirSync(repo)
  mkdirSync(join(channel, 'sessions'), { recursive: true, mode: 0o700 })
  execFileSync('git', ['init', '-q', '-b', 'main', repo])
  execFileSync(
    'git',
    ['-c', 'user.name=b', '-c', 'user.email=b@example.invalid', 'commit', '-q', '--allow-empty', '-m', 'one'],
    { cwd: repo },
  )
  for (let first = 1; first <= records; first += CHUNK) {
    const count = Math.min(CHUNK, records - first + 1)
    const lines = Array.from({ length: count }, (_, index) => `${record(first + index, timeOf(first + index))}\n`)
    appendFileSync(join(channel, 'changes.jsonl'), lines.join(''))
  }
  if (records > 0) writeFileSync(join(channel, 'revision'), String(records))
  const now = Date.now() / 1000
  for (let index = 0; index < sessions; index++) {
    const presence = {
      session_id: `peer-${index}`,
      tool: `tool-${index % 7}`,
      model: 'm',
      run_id: 'r',
      app_slug: 'room',
      phase: 'execute',
      task: `task ${index}`,
      parent: null,
      spawned: {},
      files_in_flight: [`src/file-${index}.ts`],
      heartbeat_ts: now,
      last_seen: now,
      planned_heartbeat_secs: 86_400,
      pid: 1,
      host: 'h',
      cursor: { revision: 0, changes_offset: 0 },
      cwd: repo,
    }
    writeFileSync(join(channel, 'sessions', `peer-${index}.json`), JSON.stringify(presence))
  }
  const env = cleanEnvironment({
    HOME: join(root, 'home'),
    XDG_CACHE_HOME: join(root, 'cache'),
    AGENT_RALLY_APPS_ROOT: join(root, 'apps'),
    RALLY_SESSION_ID: 'bench-1',
    RALLY_TOOL: 'bench',
  })
  return {
    root,
    repo,
    channel,
    env,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}
