import type { MachineReceipts, Receipt } from '../../model/machine-receipts.js'
import { int, list, num, obj, str, text } from '../../readers.js'

/** A machine's report as it was stored; undefined for what is none. Receipts that cannot be read are left out. */
export function parseReceipts(value: unknown): MachineReceipts | undefined {
  const { machine, at, receipts } = obj(value)
  const [of, time] = [text(machine), num(at)]
  if (of === undefined || time === undefined) return undefined
  return { machine: of, at: time, receipts: list(receipts).flatMap(parseReceipt) }
}

function parseReceipt(value: unknown): Receipt[] {
  const stored = obj(value)
  const [message, session_id] = [text(stored.message), text(stored.session_id)]
  if (message === undefined || session_id === undefined) return []
  return [
    {
      message,
      session_id,
      name: text(stored.name) ?? session_id,
      tool: str(stored.tool, 'unknown'),
      told_at: num(stored.told_at) ?? null,
      told_times: int(stored.told_times) ?? 0,
      rung_at: num(stored.rung_at) ?? null,
      acked_at: num(stored.acked_at) ?? null,
      answered_at: num(stored.answered_at) ?? null,
      gone_at: num(stored.gone_at) ?? null,
    },
  ]
}
