import type { TestRunner } from './test-runner.js'
import { checkClosing } from './transport/closing.js'
import type { ContractPart, TransportSubject, WithChannel } from './transport/contract-part.js'
import { checkDeclaration } from './transport/declaration.js'
import { checkHeartbeats } from './transport/heartbeats.js'
import { checkInbox } from './transport/inbox.js'
import { checkLeases } from './transport/leases.js'
import { checkLog } from './transport/log.js'
import { checkLogCursors } from './transport/log-cursors.js'
import { checkNames } from './transport/names.js'
import { checkOtherWriters } from './transport/other-writers.js'
import { checkReceipts } from './transport/receipts.js'
import { checkSessions } from './transport/sessions.js'
import { checkTornRecords } from './transport/torn-records.js'
import { checkWatch } from './transport/watch.js'

export type { TestRunner } from './test-runner.js'
export type { OpenedChannel, TransportSubject } from './transport/contract-part.js'

/**
 * The contract of the transport port (`@rally/core/ports/transport`), as tests. Every transport must pass it.
 *
 * ```ts
 * transportContract({ describe, it }, { name: 'files', supports, open })
 * ```
 */
export function transportContract(runner: TestRunner, subject: TransportSubject): void {
  // Names of rooms differ, so that an adapter that mixes rooms up is caught.
  let rooms = 0
  const withChannel: WithChannel = (body) => async () => {
    rooms += 1
    const opened = await subject.open(`room-${rooms}`)
    try {
      await body(opened)
    } finally {
      await opened.cleanup()
    }
  }
  const part: ContractPart = { runner, subject, withChannel }
  runner.describe(`transport contract: ${subject.name}`, () => {
    for (const check of PARTS) check(part)
  })
}

const PARTS: readonly ((part: ContractPart) => void)[] = [
  checkDeclaration,
  checkLog,
  checkLogCursors,
  checkSessions,
  checkHeartbeats,
  checkInbox,
  checkLeases,
  checkNames,
  checkReceipts,
  checkWatch,
  checkOtherWriters,
  checkTornRecords,
  checkClosing,
]
