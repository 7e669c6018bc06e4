import type { ChangeRecord } from '../../model/change-record.js'
import { obj, str } from '../../readers.js'
import type { RecordReference } from '../../rules/log/record-reference.js'
import { applyRetractions, retractedRevision, retractionTarget } from '../../rules/log/retraction.js'
import type { SessionContext } from '../context.js'
import { draftRecord } from './draft-record.js'
import { findRecord, parseReference } from './find-record.js'

/** Which record to retract, and why. */
export interface RetractInput {
  /** Number, event id or message id of the record to take back. */
  readonly fact: string
  readonly reason: string
  /** Event id or revision of the record that holds instead. */
  readonly supersededBy?: string | undefined
  /** Also what is not found here, what was retracted before, and the newest of several that share an event id. */
  readonly force?: boolean | undefined
}

/** The retraction, or why there is none. */
export type Retraction =
  | {
      readonly outcome: 'retracted'
      /** Of the record that is hidden now. */
      readonly target: string
      readonly revision: number
      readonly eventId: string
      readonly targetFound: boolean
      readonly supersededBy: string | null
      readonly supersededByFound: boolean
    }
  | { readonly outcome: 'noop' | 'refused' | 'not-found'; readonly detail: string }

/** What a retraction is about to hide. */
interface Target {
  readonly eventId: string
  /** Named only where others share the event id. */
  readonly revision?: number | undefined
  readonly found: boolean
}

const RETRACTS_RETRACTION =
  'target is itself a retraction; retracting it would erase the correction trail. Post a new corrective fact instead.'

/**
 * Takes a record back: readers hide it from now on, the log keeps it (protocol section 3.6). A retraction is never
 * retracted. Of records that share an event id (the reference made such) one is named by its revision.
 */
export async function retractRecord(ctx: SessionContext, input: RetractInput): Promise<Retraction> {
  const target = await chooseTarget(ctx, input)
  if ('outcome' in target) return target
  const superseder = input.supersededBy === undefined ? null : await resolveSuperseder(ctx, input.supersededBy)
  const appended = await ctx.transport.log.append(
    await draftRecord(ctx, ctx.session, {
      kind: 'retract',
      payload: {
        retracts: target.eventId,
        ...(target.revision === undefined ? {} : { retracts_revision: target.revision }),
        reason: input.reason,
        subject: `retract: ${target.eventId}`,
        summary: `${input.reason} [retracts=${target.eventId}${superseder === null ? '' : ` superseded_by=${superseder.id}`}]`,
        ...(superseder === null ? {} : { superseded_by: superseder.id }),
        session_id: ctx.session.sessionId,
      },
    }),
  )
  return {
    outcome: 'retracted',
    target: target.eventId,
    ...appended,
    targetFound: target.found,
    supersededBy: superseder?.id ?? null,
    supersededByFound: superseder?.found ?? false,
  }
}

async function chooseTarget(
  ctx: SessionContext,
  input: RetractInput,
): Promise<Target | Exclude<Retraction, { outcome: 'retracted' }>> {
  const reference = parseReference(input.fact)
  const isDirect = reference.eventId !== undefined && reference.messageId === undefined
  const found = isDirect ? undefined : (await findRecord(ctx, reference))?.event_id
  const eventId = found ?? reference.eventId
  const family = eventId === undefined ? [] : await readFamily(ctx, eventId)
  const named = family.filter((row) => row.event_id === eventId && fitsRevision(row, reference))
  if (eventId === undefined || named.length === 0) {
    if (input.force === true && reference.eventId !== undefined) return { eventId: reference.eventId, found: false }
    return { outcome: 'not-found', detail: 'no record of this room has that id' }
  }
  if (named.some((row) => retractionTarget(row) !== null)) return { outcome: 'refused', detail: RETRACTS_RETRACTION }
  const standing = applyRetractions(family)
  const visible = named.filter((row) => standing.includes(row))
  if (input.force !== true) {
    if (visible.length === 0)
      return { outcome: 'noop', detail: `already retracted by ${describeRetraction(family, named)}` }
    if (visible.length > 1) return { outcome: 'refused', detail: describeTwins(visible) }
  }
  const target = visible.at(-1) ?? named.at(-1)
  const isShared = family.filter((row) => row.event_id === eventId).length > 1
  return { eventId, revision: isShared ? (target?.revision ?? undefined) : undefined, found: true }
}

/** The records with this event id and the retractions that name it, in log order. */
async function readFamily(ctx: SessionContext, eventId: string): Promise<readonly ChangeRecord[]> {
  const { rows } = await ctx.transport.log.project<{ rows: ChangeRecord[] }>({
    name: 'retraction-family',
    version: 1,
    transient: true,
    initial: () => ({ rows: [] }),
    fold: (state, record) => {
      if (record.event_id === eventId || retractionTarget(record) === eventId) state.rows.push(record)
      return state
    },
  })
  return rows
}

function fitsRevision(row: ChangeRecord, reference: RecordReference): boolean {
  return reference.revision === undefined || row.revision === reference.revision
}

/** Who took it back, and why; the last word counts. */
function describeRetraction(family: readonly ChangeRecord[], named: readonly ChangeRecord[]): string {
  const by = family.findLast((row) => {
    if (retractionTarget(row) === null) return false
    const revision = retractedRevision(row)
    return revision === undefined || named.some((target) => target.revision === revision)
  })
  return `${by?.tool ?? 'unknown'} (${str(obj(by?.payload).reason, 'no reason')})`
}

function describeTwins(twins: readonly ChangeRecord[]): string {
  const revisions = twins.map(({ revision }) => revision ?? '?').join(', ')
  return `${twins.length} records share that id (revisions ${revisions}); name one by its revision`
}

async function resolveSuperseder(ctx: SessionContext, value: string): Promise<{ id: string; found: boolean }> {
  const record = await findRecord(ctx, parseReference(value))
  return { id: record?.event_id ?? value.trim(), found: record !== undefined }
}
