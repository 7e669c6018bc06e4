import { obj, str } from '../../readers.js'

/** What a `lead-*` record repeats of the lease. */
export function leaseFacts(lease: unknown): { lease_until: string; run_id: string } {
  const stored = obj(lease)
  return { lease_until: str(obj(stored.lead).lease_until), run_id: str(stored.run_id, 'unknown') }
}
