import type { RunIdentity } from '../model/run-identity.js'
import type { SessionIdentity } from '../model/session-identity.js'
import type { BranchFacts } from '../ports/repository.js'
import type { SessionContext } from '../usecases/context.js'
import { createTestRoom, TEST_NOW, type TestRoom, testSession } from './test-room.js'

/** A room in memory in which several sessions act, for tests of what they write. */
export interface SessionRoom extends Pick<TestRoom, 'transport'> {
  readonly clock: { now(): number; set(now: number): void }
  /** The context of one session; `session` overrides parts of its identity. */
  as(sessionId: string, session?: Partial<SessionIdentity>): SessionContext
  /** The run that is found in a folder. */
  readonly runs: Map<string, RunIdentity>
  /** What git says of a folder. */
  readonly branches: Map<string, BranchFacts>
}

const UNKNOWN_BRANCH: BranchFacts = { name: 'unknown', headSha: 'unknown', mergeStatus: 'unknown' }

/** `sha256` is handed in, because this package has none of its own. */
export async function createSessionRoom(options: { sha256?: (text: string) => string } = {}): Promise<SessionRoom> {
  const room = await createTestRoom({ repoRoot: '/w/demo-app', worktree: '/w/demo-app' })
  const runs = new Map<string, RunIdentity>()
  const branches = new Map<string, BranchFacts>()
  let now = TEST_NOW
  const clock = {
    now: () => now,
    set: (next: number) => {
      now = next
    },
  }
  const identity = { model: 'inherit', runId: 'unknown', pid: 4242, cwd: '/w/demo-app' }
  return {
    transport: room.transport,
    clock,
    runs,
    branches,
    as: (sessionId, session = {}) => ({
      ...room,
      clock,
      sha256: options.sha256 ?? room.sha256,
      repository: { ...room.repository, branch: async (workdir) => branches.get(workdir) ?? UNKNOWN_BRANCH },
      runIdentity: {
        read: async (workdir) => runs.get(workdir),
        generateOrResume: async () => {
          throw new Error('a room in memory starts no runs')
        },
      },
      session: testSession({ ...identity, sessionId, ...session }),
    }),
  }
}
