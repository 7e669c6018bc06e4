import type { Receipt } from '@rally/core/model/machine-receipts'

/** How far messages got with the sessions of this machine: what the relay reports to the others. */
export interface OwnReceipts {
  /** Differs after whatever may change the receipts, time alone excepted. Costs a look at the files' sizes. */
  mark(): Promise<string>
  read(): Promise<readonly Receipt[]>
}
