import type { ClaimsOutput } from '@rally/core/model/outputs/claims'
import { formatAge } from '@rally/core/rules/text/format-age'
import { formatIsoSeconds } from '@rally/core/rules/text/iso-time'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { ClaimReport } from '@rally/core/usecases/claim/list-claims'
import { plural } from '../text/lines.js'
import { describeClaim, toRow } from './claim.js'

/** More lines than this are counted, not shown. */
const MOST_LINES = 20

export function claimsJson(
  reports: readonly ClaimReport[],
  { app, sessionId }: { app: string; sessionId: string | undefined },
): ClaimsOutput {
  const claims = reports.map(({ claim, name, holds, ends }) => ({
    ...toRow(claim, name),
    holds,
    ends: formatIsoSeconds(ends),
  }))
  return { action: 'claims', app_slug: app, session_id: sessionId ?? null, claims }
}

/** One line a claim: id, holder, files, how long it still holds. */
export function claimsText(
  reports: readonly ClaimReport[],
  { now, sessionId }: { now: number; sessionId: string | undefined },
): string {
  if (reports.length === 0) {
    return 'nothing is claimed; rally claim --help shows how to keep files'
  }
  const shown = reports.slice(0, MOST_LINES)
  const width = Math.max(...shown.map(({ claim }) => claim.id.length))
  const lines = shown.map((report) => {
    const { claim, name, holds, ends } = report
    const who = claim.session_id === sessionId ? 'you' : cleanLine(name)
    const end = holds ? `for another ${formatAge(ends - now)}` : 'ended'
    return `${claim.id.padEnd(width)}  ${who}: ${describeClaim(report)}, ${end}`
  })
  const left = reports.length - shown.length
  return [...lines, ...(left > 0 ? [`and ${plural(left, 'more claim')}: rally claims --json`] : [])].join('\n')
}
