import type { ChangeHint } from '@rally/core/ports/transport'
import { createHeartbeatRelay } from './heartbeat-relay.js'
import { createInboxRelay } from './inbox-relay.js'
import { createLeaseMirror } from './lease-mirror.js'
import { createLogExporter } from './log-exporter.js'
import { createLogImporter } from './log-importer.js'
import { createPresenceRelay } from './presence-relay.js'
import { createReceiptRelay } from './receipt-relay.js'
import { createReferenceIndex } from './reference-index.js'
import { numberingOf, type RelayContext } from './relay-context.js'

/** What there is to do for a channel; each can be done again at any time. */
export const RELAY_TASKS = ['export', 'import', 'inbox', 'presence', 'heartbeats', 'leases', 'receipts'] as const
export type RelayTask = (typeof RELAY_TASKS)[number]

/** Which tasks a change calls for, on each side. */
export const TASKS_OF_HOME: Readonly<Record<ChangeHint['store'], readonly RelayTask[]>> = {
  log: ['export', 'receipts'],
  sessions: ['presence', 'receipts'],
  heartbeats: ['heartbeats'],
  inbox: ['inbox', 'presence', 'receipts'],
  leases: ['leases'],
  receipts: [],
  unknown: RELAY_TASKS,
}
export const TASKS_OF_HUB: Readonly<Record<ChangeHint['store'], readonly RelayTask[]>> = {
  log: ['import'],
  sessions: ['presence'],
  heartbeats: ['heartbeats'],
  inbox: ['inbox', 'presence'],
  leases: ['leases'],
  receipts: ['receipts'],
  unknown: RELAY_TASKS,
}

/** The replication of one channel as steps: no clock, no waiting, no retries. */
export interface ChannelRelay {
  readonly context: RelayContext
  /** Does a bounded amount of one task; whether more is left. */
  step(task: RelayTask): Promise<boolean>
  /** The hub may have changed behind our back: every task looks again before it goes on. */
  reset(): void
  /** Looks whether the hub is still the one from before; if not, everything begins anew. Whether it is. */
  checkNumbering(): Promise<boolean>
  counts(): { exported: number; imported: number }
  waiting(): Promise<{ records: number; messages: number }>
  /** Saves what the server may forget. */
  remember(): Promise<void>
  leave(): Promise<void>
}

/** Most records that `waiting` counts. */
const COUNTED = 10_000

export function createChannelRelay(
  context: RelayContext,
  options: { renewSecs: number; adoptLeases: boolean; keepLast?: boolean | undefined },
): ChannelRelay {
  const references = createReferenceIndex(context.home, context.identity)
  const exporter = createLogExporter(context, references)
  const importer = createLogImporter(context, references)
  const inbox = createInboxRelay(context)
  const presence = createPresenceRelay(context, options)
  const heartbeats = createHeartbeatRelay(context)
  const leases = createLeaseMirror(context, { adopt: options.adoptLeases })
  const receipts = createReceiptRelay(context)
  const steps: Readonly<Record<RelayTask, () => Promise<boolean>>> = {
    export: exporter.step,
    import: importer.step,
    inbox: inbox.step,
    presence: presence.step,
    heartbeats: heartbeats.step,
    leases: leases.step,
    receipts: receipts.step,
  }
  const reset = () => {
    for (const part of [exporter, importer, inbox, presence, receipts]) part.reset()
  }
  return {
    context,
    step: (task) => steps[task](),
    reset,
    async checkNumbering() {
      const known = importer.numbering
      if (!known || known === (await numberingOf(context.hub))) return true
      context.report({ event: 'hub-replaced', reason: 'the room on the server was removed and made again' })
      reset()
      return false
    },
    counts: () => ({
      exported: exporter.exported + inbox.exported,
      imported: importer.imported + inbox.imported,
    }),
    waiting: async () => ({ records: await exporter.waiting(COUNTED), messages: await inbox.waiting() }),
    async remember() {
      const log = exporter.memory()
      if (log !== undefined) await context.memory.write({ ...log, ...inbox.memory(log.numbering) })
    },
    leave: () => presence.leave(),
  }
}
