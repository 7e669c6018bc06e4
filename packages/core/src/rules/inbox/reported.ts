import type { MachineReceipts, Receipt } from '../../model/machine-receipts.js'

/** What another machine reported of a message, and when. */
export interface Reported extends Receipt {
  readonly machine: string
  /** Epoch seconds. */
  readonly reported_at: number
}

/** What other machines reported, by message. */
export function reportedByMessage(reports: readonly MachineReceipts[]): ReadonlyMap<string, readonly Reported[]> {
  const found = new Map<string, Reported[]>()
  for (const { machine, at, receipts } of reports)
    for (const receipt of receipts) {
      const known = found.get(receipt.message) ?? []
      found.set(receipt.message, known)
      known.push({ ...receipt, machine, reported_at: at })
    }
  return found
}
