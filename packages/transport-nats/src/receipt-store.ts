import type { ReceiptStore } from '@rally/core/ports/transport'
import { NOTHING, packBody, unpackBody } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room } from './room.js'
import { createStreamReader } from './stream-reader.js'

type Report = Parameters<ReceiptStore['put']>[0]

/** A machine's report is a key. */
export function createReceiptStore(room: Room): ReceiptStore {
  const { names, link } = room
  const stream = names.bucketStream('state')
  const target = (machine: string) => ({
    what: 'a report',
    bucket: 'state' as const,
    stream,
    subject: names.key('state', 'receipts', link.api.requireSafeId(machine, 'machine')),
  })

  return {
    async put(report) {
      await compareAndStore(room, target(report.machine), () => packBody(report))
    },
    async list() {
      const entries = await createStreamReader(link, stream, names.keys('state', 'receipts')).readLastPerSubject()
      return entries
        .map(({ message }) => toReport(unpackBody(message.data, message.headers)))
        .filter((report) => report !== undefined)
        .sort((a, b) => (a.machine < b.machine ? -1 : 1))
    },
    async remove(machine) {
      const { stored } = await compareAndStore(room, target(machine), (known) =>
        known?.value === undefined ? undefined : NOTHING,
      )
      return stored !== undefined
    },
  }
}

/** What a report is beyond its frame is judged by whoever takes it in. */
function toReport(value: Record<string, unknown> | undefined): Report | undefined {
  return typeof value?.machine === 'string' && typeof value.at === 'number' && Array.isArray(value.receipts)
    ? (value as Report)
    : undefined
}
