import type { Channel } from '../model/channel.js'
import type { RunIdentity } from '../model/run-identity.js'
import type { SessionIdentity } from '../model/session-identity.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { BranchFacts } from '../ports/repository.js'
import type { SessionContext } from '../usecases/context.js'
import { createMemoryTransports, type MemoryTransport } from './memory-transport.js'

/** A room in memory with a clock that stands still and ids that count up. */
export interface TestRoom {
  readonly transport: MemoryTransport
  readonly clock: Clock & { set(now: number): void }
  /** The context of one session; `session` overrides parts of its identity. */
  as(sessionId: string, session?: Partial<SessionIdentity>): SessionContext
  /** The run that `read(workdir)` finds, by folder. */
  readonly runs: Map<string, RunIdentity>
  /** What git says, by folder. */
  readonly branches: Map<string, BranchFacts>
}

export const TEST_NOW = 1_795_000_000

/** `sha256` is handed in, because this package has none of its own. */
export async function createTestRoom(options: { sha256?: (text: string) => string } = {}): Promise<TestRoom> {
  const ids = countingIds()
  const channel = testChannel()
  const transport = await createMemoryTransports(ids).open(channel)
  const runs = new Map<string, RunIdentity>()
  const branches = new Map<string, BranchFacts>()
  let now = TEST_NOW
  const clock = {
    now: () => now,
    set: (next: number) => {
      now = next
    },
  }
  return {
    transport,
    clock,
    runs,
    branches,
    as: (sessionId, session = {}) => ({
      channel,
      workdir: '/w/demo-app',
      transport,
      clock,
      ids,
      sha256: options.sha256 ?? ((text) => `sha256 of ${text.length} characters`),
      producer: {
        producer_name: 'rally',
        producer_version: '0.0.0',
        producer_commit_sha: null,
        producer_runtime_path: '/opt/rally',
        producer_runtime_surface: 'installed-package',
        producer_protocol_version: '1.0',
      },
      repository: {
        dirtyFiles: async () => ({ files: [], unknown: false }),
        branch: async (workdir) =>
          branches.get(workdir) ?? { name: 'unknown', headSha: 'unknown', mergeStatus: 'unknown' },
        readText: async () => undefined,
      },
      runIdentity: {
        read: async (workdir) => runs.get(workdir),
        generateOrResume: async () => {
          throw new Error('a room in memory starts no runs')
        },
      },
      session: {
        sessionId,
        tool: 'claude_code',
        model: 'inherit',
        runId: 'unknown',
        pid: 4242,
        host: 'h1',
        cwd: '/w/demo-app',
        parent: null,
        source: 'flag',
        ...session,
      },
    }),
  }
}

function testChannel(): Channel {
  return {
    app: 'demo-app',
    dir: '/apps/demo-app',
    appsRoot: '/apps',
    repoRoot: '/w/demo-app',
    worktree: '/w/demo-app',
    resolvedVia: 'build-loop-internal',
    resolvedViaDetail: '',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
  }
}

function countingIds(): Ids {
  let count = 0
  const next = (length: number, radix: number) => (count++).toString(radix).padStart(length, '0').slice(-length)
  return { hex: (length) => next(length, 16), digits: (length) => next(length, 10) }
}
