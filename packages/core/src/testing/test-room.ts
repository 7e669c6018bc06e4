import type { ChangeRecord } from '../model/change-record.js'
import type { Channel } from '../model/channel.js'
import type { Presence } from '../model/presence.js'
import type { SessionIdentity } from '../model/session-identity.js'
import type { RoomContext } from '../usecases/context.js'
import { createMemoryTransports, type MemoryTransport } from './memory-transport.js'

/** The instant at which a test room's clock starts: epoch seconds. */
export const TEST_NOW = 1_795_000_000

/** A room in memory with a clock and a repository that a test moves. */
export interface TestRoom extends RoomContext {
  readonly transport: MemoryTransport
  /** Moves the clock on. */
  advance(seconds: number): void
  /** What git would report. */
  readonly git: {
    dirty: string[]
    dirtyUnknown: boolean
    staged: string[]
    /** When files were last committed, by path; epoch seconds. */
    commits: Map<string, number>
    branch: string
    texts: Map<string, string>
    folders: Set<string>
  }
}

/** A room in memory for tests of use cases: settable clock and repository, ids that count. */
export async function createTestRoom(over: Partial<Channel> = {}): Promise<TestRoom> {
  const channel: Channel = {
    app: 'demo-app',
    dir: '/apps/demo-app',
    appsRoot: '/apps',
    repoRoot: '/repo/demo-app',
    worktree: '/repo/demo-app',
    resolvedVia: 'build-loop-internal',
    resolvedViaDetail: 'test',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
    ...over,
  }
  let now = TEST_NOW
  let count = 0
  const clock = { now: () => now }
  const ids = {
    hex: (length: number) => (++count).toString(16).padStart(length, '0'),
    digits: (length: number) => String(++count).padStart(length, '0'),
  }
  const git: TestRoom['git'] = {
    ...{ dirty: [], dirtyUnknown: false, staged: [], commits: new Map(), branch: 'main' },
    ...{ texts: new Map(), folders: new Set() },
  }
  return {
    channel,
    workdir: channel.repoRoot ?? '/',
    transport: await createMemoryTransports(ids, clock).open(channel),
    clock,
    ids,
    sha256: (text) => text.length.toString(16).padStart(64, '0'),
    producer: {
      producer_name: 'test',
      producer_version: '0',
      producer_commit_sha: null,
      producer_runtime_path: '/test',
      producer_runtime_surface: 'source-repo',
      producer_protocol_version: '1.0',
    },
    repository: {
      dirtyFiles: async () => ({ files: git.dirty, unknown: git.dirtyUnknown }),
      filesToCommit: async (_workdir, { staged }) => ({
        files: staged ? git.staged : git.dirty,
        unknown: git.dirtyUnknown,
      }),
      lastCommits: async (_workdir, { paths, since }) =>
        new Map([...git.commits].filter(([path, at]) => paths.includes(path) && at >= since)),
      treeFacts: async () => ({ id: undefined, caseInsensitive: false }),
      branch: async () => ({ name: git.branch, headSha: 'unknown', mergeStatus: 'unknown' }),
      readText: async (path) => git.texts.get(path),
      isFolder: async (path) => git.folders.has(path),
    },
    git,
    advance: (seconds) => {
      now += seconds
    },
  }
}

/** A session for tests: `s1` of Claude Code, with whatever is said otherwise. */
export function testSession(over: Partial<SessionIdentity> = {}): SessionIdentity {
  return {
    sessionId: 's1',
    tool: 'claude_code',
    model: 'm',
    runId: 'r',
    pid: 1,
    host: 'h1',
    cwd: '/repo/demo-app',
    parent: null,
    source: 'flag',
    ...over,
  }
}

/** A record as a reader of the log sees it. */
export function testRecord(over: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    ts: new Date((TEST_NOW - 30) * 1000).toISOString(),
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'demo-app',
    payload: {},
    revision: 1,
    event_id: `blf_${over.revision ?? 1}`,
    ...over,
  }
}

/** The presence of a live session. */
export function testPresence(over: Partial<Presence> = {}): Presence {
  return {
    session_id: 's2',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'demo-app',
    phase: 'execute',
    task: 'execute',
    parent: null,
    spawned: {},
    files_in_flight: [],
    heartbeat_ts: TEST_NOW,
    last_seen: TEST_NOW,
    planned_heartbeat_secs: null,
    pid: 4242,
    host: 'h1',
    cursor: { revision: 0, changes_offset: 0 },
    branch_name: 'main',
    branch_head_sha: 'unknown',
    branch_merge_status: 'unknown',
    branch_merge_status_checked_ts: TEST_NOW,
    cwd: '/w/demo-app',
    ...over,
  }
}
