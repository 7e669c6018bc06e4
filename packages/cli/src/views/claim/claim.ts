import { RallyError } from '@rally/core/errors'
import type { Claim } from '@rally/core/model/claim'
import type { ClaimOutput } from '@rally/core/model/outputs/claim'
import type { ClaimRow } from '@rally/core/model/outputs/claim-row'
import { isPerson } from '@rally/core/rules/roster/person'
import { formatAge } from '@rally/core/rules/text/format-age'
import { formatIsoSeconds } from '@rally/core/rules/text/iso-time'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'
import type { ClaimAnswer } from '@rally/core/usecases/claim/claim-files'
import type { ClaimReport } from '@rally/core/usecases/claim/list-claims'
import { localTime } from '../text/clock-time.js'
import { few, quotePeer } from '../text/lines.js'

export function toRow(claim: Claim, name: string): ClaimRow {
  const { id, fence, session_id, tool, by, patterns, mode, why, since, until, secs } = claim
  const times = { since: formatIsoSeconds(since), until: formatIsoSeconds(until), for_secs: secs }
  return { id, fence, session_id, name, tool, by, patterns: [...patterns], mode, why, ...times }
}

/** The answer of `rally claim` in JSON. */
export function claimJson(answer: ClaimAnswer, app: string): ClaimOutput {
  return {
    action: 'claim',
    app_slug: app,
    claimed: answer.claimed,
    renewed: answer.claimed && answer.renewed,
    claim: answer.claimed ? toRow(answer.claim, answer.name) : null,
    revision: answer.claimed ? answer.revision : null,
    conflicts: answer.claimed
      ? []
      : answer.conflicts.map(({ pattern, theirs, overlap, claim, name, ends }) => ({
          ...{ pattern, theirs, overlap, ends: formatIsoSeconds(ends) },
          claim: toRow(claim, name),
        })),
  }
}

/** `c3: src/** is yours until 2026-11-29 14:05:00, or 2h after the last sign of life`. */
export function claimText({ claim, name, renewed }: ClaimAnswer & { claimed: true }, asking: string): string {
  const whose = claim.session_id === asking ? 'yours' : `kept for ${cleanLine(name)}`
  const shared = claim.mode === 'shared' ? ', shared' : ''
  const again = renewed ? ' (renewed)' : ''
  // A person gives no signs of life: such a claim ends by time only.
  const longer = isPerson(claim) ? '' : `, or ${formatAge(claim.secs)} after the last sign of life`
  const end = `until ${localTime(claim.until)}${longer}`
  return `${claim.id}: ${few(claim.patterns)} is ${whose}${shared} ${end}${again}`
}

/** The refusal: who has it, why, until when, and how to ask for it. */
export function claimRefusal({ conflicts }: ClaimAnswer & { claimed: false }): RallyError {
  const [first, ...others] = conflicts
  if (first === undefined) return new RallyError('INTERNAL', { reason: 'a claim was refused by nobody' })
  const { claim, name, pattern, theirs, overlap, ends } = first
  const ask = `please release ${claim.patterns.join(', ')}`
  return new RallyError('CLAIM_HELD', {
    ...{ pattern, theirs, overlap },
    claim: claim.id,
    holder: name,
    session_id: claim.session_id,
    tool: claim.tool,
    why: claim.why,
    ...{ until: formatIsoSeconds(ends), end: localTime(ends) },
    more: others.length,
    hint: `choose other files, or ask: rally tell ${quoteForShell(/\s/.test(name) ? claim.session_id : name)} ${quoteForShell(ask)}`,
  })
}

/** What a claim says of itself, for a list. */
export function describeClaim({ claim, maker }: Pick<ClaimReport, 'claim' | 'maker'>): string {
  const parts = [claim.mode === 'shared' ? 'shared' : '', maker === null ? '' : `made by ${cleanLine(maker)}`]
  const said = parts.filter((part) => part !== '').join(', ')
  return `${few(claim.patterns, 6)}${said === '' ? '' : ` (${said})`}${claim.why === null ? '' : `, ${quotePeer(claim.why)}`}`
}
