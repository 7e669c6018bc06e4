import { claimFiles, listClaims, releaseFiles, type SessionContext } from '../../packages/core/dist/index.js'
import { overlapOf, parseFilePattern } from '../../packages/core/dist/rules/files/file-pattern.js'
import type { Chance } from './seeded.js'

type Fail = (invariant: string, details: string) => never
interface Claimant {
  readonly id: string
  readonly ctx: SessionContext
}

/** Patterns of which some overlap. */
const CLAIMED = ['src/', 'src/a.ts', 'src/*.ts', 'lib/**', 'lib/b.ts', 'docs/x.md'] as const

/** No file is kept for two sessions, one of them alone. */
export async function checkClaims(ctx: Parameters<typeof listClaims>[0], fail: Fail): Promise<void> {
  const held = (await listClaims(ctx)).filter(({ holds }) => holds).map(({ claim }) => claim)
  for (const one of held) {
    for (const other of held) {
      if (one.session_id === other.session_id || (one.mode === 'shared' && other.mode === 'shared')) continue
      const overlaps = one.patterns.some((a) =>
        other.patterns.some((b) => overlapOf(parseFilePattern(a), parseFilePattern(b)) === 'certain'),
      )
      if (overlaps)
        fail(
          'a file is kept for one session',
          `${one.session_id} ${one.patterns} and ${other.session_id} ${other.patterns}`,
        )
    }
  }
}

export async function takeFiles({ ctx }: Claimant, { chance, fail }: { chance: Chance; fail: Fail }): Promise<void> {
  const patterns = [chance.pick(CLAIMED)]
  const answer = await claimFiles(ctx, { patterns, secs: chance.pick([60, 3600]), shared: chance.oneIn(4) })
  if (answer.claimed) await checkClaims(ctx, fail)
}

export async function giveFiles({ id, ctx }: Claimant, fail: Fail): Promise<void> {
  await releaseFiles(ctx)
  const own = (await listClaims(ctx)).filter(({ claim }) => claim.session_id === id)
  if (own.length > 0) fail('what was released is free', `${id} still has ${own[0]?.claim.id}`)
}
