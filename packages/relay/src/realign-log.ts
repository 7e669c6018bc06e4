import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import { relayError } from './errors.js'
import { scanLog } from './log-pages.js'
import type { RecordSender } from './record-sender.js'
import type { RelayContext } from './relay-context.js'
import { findMissing } from './rules/align.js'
import { copyRecord } from './rules/copy-record.js'
import { markOf, originOf } from './rules/ledger.js'

/** A record of this machine that the hub has, with its mark. */
interface Marked {
  readonly mark: string
  readonly record: ChangeRecord
}

/**
 * The log at home is not the one that the hub's newest record came from: compares all of it, sends what the hub lacks and
 * brings back what home lacks. Answers where home's log ends. Throws RallyError RELAY_TWIN when home lacks something again.
 */
export async function realign(
  context: RelayContext,
  sender: RecordSender,
  counts: { surprises: number },
): Promise<LogCursor> {
  const { hub, home, identity, report } = context
  report({ event: 'realigning', reason: 'the log on this machine is not the one that was exported' })
  const there: Marked[] = []
  await scanLog(hub, async (record) => {
    const origin = originOf(record)
    if (origin?.machine === identity.machine) there.push({ mark: origin.mark ?? '', record })
  })
  const here: string[] = []
  const known = new Set<string>()
  await scanLog(home, async (record) => {
    const origin = originOf(record)
    if (origin === undefined) here.push(markOf(record))
    else if (origin.machine === identity.machine) known.add(origin.mark ?? '')
  })
  for (const mark of here) known.add(mark)
  const onHub = there.map(({ mark }) => mark)
  const missing = new Set(findMissing(here, onHub))
  const end = await sendMissing(context, sender, missing)
  const lost = there.filter(({ mark }) => !known.has(mark))
  // Once is a folder that was restored from a backup, and it gets back what it had lost. Twice is somebody else.
  if (lost.length > 0 && ++counts.surprises > 1) throw relayError('RELAY_TWIN', { machine: identity.machine })
  await bringBack(context, lost)
  report({ event: 'realigned', sent: missing.size })
  return end
}

/** Sent without a place, so that an interruption leads back here instead of sending what follows a second time. */
async function sendMissing(
  { home }: RelayContext,
  sender: RecordSender,
  missing: ReadonlySet<number>,
): Promise<LogCursor> {
  let own = -1
  return scanLog(home, async (record) => {
    if (originOf(record) === undefined && missing.has(++own)) await sender.send(record, undefined)
  })
}

async function bringBack({ home }: RelayContext, lost: readonly Marked[]): Promise<void> {
  for (const { mark, record } of lost) {
    const origin = originOf(record)
    if (origin === undefined) continue
    const { machine, epoch, position } = origin
    await home.log.append(copyRecord(record, { machine, epoch, position, mark }, record.payload))
  }
}
