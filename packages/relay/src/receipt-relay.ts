import type { MachineReceipts, Receipt } from '@rally/core/model/machine-receipts'
import { parseReceipts } from '@rally/core/rules/inbox/parse-receipts'
import { canonicalJson } from '@rally/core/rules/text/canonical-json'
import type { RelayContext } from './relay-context.js'
import { isForeign, relayedSessionId } from './rules/presence-copy.js'

/** A report that says nothing new is sent again after so long (seconds): its age tells how well its machine is heard. */
const RENEW_SECS = 60
/** Others are told nothing of a machine that was silent for so long. */
const FORGOTTEN_SECS = 7 * 24 * 3600

export interface ReceiptRelay {
  step(): Promise<boolean>
  reset(): void
}

interface ReceiptState {
  readonly context: RelayContext
  /** What was reported last, and what it was made from. */
  sent: { readonly mark: string; readonly json: string; readonly at: number } | undefined
}

/** Reports how far messages got with this machine's sessions, and brings the reports of the others. */
export function createReceiptRelay(context: RelayContext): ReceiptRelay {
  const state: ReceiptState = { context, sent: undefined }
  return {
    async step() {
      await sendReport(state)
      await bringReports(context)
      return false
    },
    reset() {
      state.sent = undefined
    },
  }
}

async function sendReport(state: ReceiptState): Promise<void> {
  const { hub, identity, clock, receipts } = state.context
  if (receipts === undefined) return
  const { sent } = state
  const now = clock.now()
  // Before the receipts are read: what comes meanwhile makes another mark.
  const mark = await receipts.mark()
  const isDue = sent === undefined || now - sent.at >= RENEW_SECS
  if (!isDue && sent.mark === mark) return
  const own = await receipts.read()
  const json = canonicalJson(own)
  if (own.length === 0 && sent === undefined && !(await hasReport(state.context))) return
  if (isDue || sent.json !== json) {
    await hub.receipts.put({ machine: identity.machine, at: now, receipts: [...own] })
    state.sent = { mark, json, at: now }
  } else state.sent = { ...sent, mark }
}

async function hasReport({ hub, identity }: RelayContext): Promise<boolean> {
  return (await hub.receipts.list()).some(({ machine }) => machine === identity.machine)
}

async function bringReports({ home, hub, identity, clock }: RelayContext): Promise<void> {
  const [here, there, sessions] = [await home.receipts.list(), await hub.receipts.list(), await home.sessions.list()]
  const own = new Set(sessions.filter((one) => !isForeign(one, identity.machine)).map((one) => one.session_id))
  const machineOf = new Map(sessions.map((one) => [one.session_id, one.machine]))
  /** The id under which this room knows a session of another machine (see importPresence). */
  const localId = (id: string, machine: string) => {
    const isTaken = own.has(id) || (machineOf.get(id) ?? machine) !== machine
    return isTaken ? relayedSessionId(id, machine) : id
  }
  const known = new Map(here.map((report) => [report.machine, report]))
  for (const stored of there) {
    const report = parseReceipts(stored)
    const isOld = report === undefined || clock.now() - report.at > FORGOTTEN_SECS
    if (isOld || report.machine === identity.machine) continue
    const local = { ...report, receipts: report.receipts.map(withId(report, localId)) }
    const before = known.get(report.machine)
    known.delete(report.machine)
    if (canonicalJson(before ?? null) !== canonicalJson(local)) await home.receipts.put(local)
  }
  for (const machine of known.keys()) await home.receipts.remove(machine)
}

function withId({ machine }: MachineReceipts, localId: (id: string, machine: string) => string) {
  return (receipt: Receipt): Receipt => ({ ...receipt, session_id: localId(receipt.session_id, machine) })
}
