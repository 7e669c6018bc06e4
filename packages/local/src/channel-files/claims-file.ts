import type { Claim, ClaimsDocument, LostClaim } from '@rally/core/model/claim'
import { parseJson } from '@rally/core/readers'
import { claimOnFile } from '@rally/core/rules/claim/claims-on-file'
import { CLAIMS, readClaims } from '@rally/core/rules/claim/read-claims'
import { lstatIfThere } from '../system/facts.js'
import { readText } from '../transport/files/read-text.js'

/** Where the claims of a room lie: a document of the store of leases, in a relayed room the copy of what the server decided. */
export const LEASES_FOLDER = 'rally'
export const CLAIMS_FILE = `${CLAIMS}.json`

/** What of a room's claims speaks of some files. */
export interface ClaimsOnFiles {
  /** Claims that name one of the files, the session's own among them, whether they hold or not. */
  readonly claims: readonly Claim[]
  /** Claims of such files that the session lost. */
  readonly lost: readonly LostClaim[]
}

export interface ClaimsQuestion {
  /** Whether a claim is the asking session's, or that of the session that started it. */
  readonly isOwn: (claim: Pick<Claim, 'session_id'>) => boolean
  readonly paths: readonly string[]
  readonly caseInsensitive: boolean
}

/** Reads which claims name one of the paths (relative to the top of a working tree): one look, and one read where there are any. */
export function readClaimsOn(root: string, { isOwn, paths, caseInsensitive }: ClaimsQuestion): ClaimsOnFiles {
  const { claims, lost = [] } = readRoomClaims(root)
  const names = (one: Pick<Claim, 'patterns'>) =>
    paths.some((path) => claimOnFile(one, path, caseInsensitive) !== undefined)
  return { claims: claims.filter(names), lost: lost.filter((one) => isOwn(one) && names(one)) }
}

/** All claims of a room, whether they hold or not. */
export function readRoomClaims(root: string): Pick<ClaimsDocument, 'claims' | 'lost'> {
  const file = `${LEASES_FOLDER}/${CLAIMS_FILE}`
  if (lstatIfThere(`${root}/${file}`) === undefined) return { claims: [] }
  return readClaims(parseJson(readText(root, file)?.text ?? ''), 0)
}
