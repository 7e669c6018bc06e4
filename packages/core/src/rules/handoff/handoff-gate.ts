import type { HandoffRejection } from '../../model/rejection.js'
import { isObject } from '../../readers.js'

export type HandoffVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: HandoffRejection['reason']; readonly missingOrInvalid: readonly string[] }

const LISTS = ['owns', 'does_not_own', 'allowed_tools', 'denied_tools'] as const
const TEXTS = ['interface_contract', 'integration_checkpoint'] as const

/**
 * Whether a handoff says what is handed over and what is not (protocol section 3.5): `payload.ownership` with four lists,
 * two sentences, and something owned or excluded. Names every field that fails; the reason is that of the last rule broken.
 */
export function checkHandoff(payload: unknown): HandoffVerdict {
  const ownership = isObject(payload) ? payload.ownership : undefined
  if (!isObject(ownership)) return { ok: false, reason: 'missing_mece_fields', missingOrInvalid: ['ownership'] }
  const failed: { field: string; reason: HandoffRejection['reason'] }[] = []
  for (const field of LISTS) {
    if (!Object.hasOwn(ownership, field)) failed.push({ field, reason: 'missing_mece_fields' })
    else if (!Array.isArray(ownership[field])) failed.push({ field, reason: 'invalid_field_type' })
  }
  for (const field of TEXTS) {
    const value = ownership[field]
    if (!Object.hasOwn(ownership, field)) failed.push({ field, reason: 'missing_mece_fields' })
    else if (typeof value !== 'string') failed.push({ field, reason: 'invalid_field_type' })
    else if (value.trim() === '') failed.push({ field, reason: 'empty_required_string' })
  }
  const criteria = ownership.acceptance_criteria
  if (criteria !== undefined && (typeof criteria !== 'string' || criteria.trim() === '')) {
    failed.push({ field: 'acceptance_criteria', reason: 'empty_required_string' })
  }
  if (isEmptyList(ownership.owns) && isEmptyList(ownership.does_not_own)) {
    failed.push(
      { field: 'owns', reason: 'empty_ownership_scope' },
      { field: 'does_not_own', reason: 'empty_ownership_scope' },
    )
  }
  const last = failed.at(-1)
  if (last === undefined) return { ok: true }
  return { ok: false, reason: last.reason, missingOrInvalid: [...new Set(failed.map(({ field }) => field))] }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
