import { z } from 'zod'
import { relayOriginSchema } from './relay-origin.js'
import { runIdentityFields } from './run-identity.js'

/**
 * A record of the event log as readers see it (protocol section 3.3): the stored shape is the transport's business.
 * Producer metadata and run identity appear as top-level siblings and never override these keys.
 */
export const changeRecordSchema = z.looseObject({
  /** ISO time for records in fact form, epoch seconds for legacy ones, null when absent. */
  ts: z.union([z.string(), z.number(), z.null()]),
  kind: z.string(),
  tool: z.string().nullable(),
  model: z.string().nullable(),
  run_id: z.string().nullable(),
  app_slug: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  revision: z.number().int().nullable(),
  subject: z.string().optional(),
  event_id: z.string().optional(),
  /** Where the record was first written; absent for a record of this machine. Stored under this name as well. */
  rally_origin: relayOriginSchema.optional(),
  ...runIdentityFields.partial().shape,
})
/** One record of a channel's log as it is stored. */
export type ChangeRecord = z.infer<typeof changeRecordSchema>

/** What somebody asks to be appended; the transport adds revision, event id and the stored form. */
export const recordDraftSchema = z.object({
  kind: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  tool: z.string(),
  model: z.string(),
  run_id: z.string(),
  app_slug: z.string(),
  payload: z.record(z.string(), z.unknown()),
  /** Epoch seconds. */
  ts: z.number(),
  producer: z.record(z.string(), z.unknown()).optional(),
  run: runIdentityFields.optional(),
  /** Given by a retry of the same write or by a relay; else the transport makes a unique one. */
  event_id: z.string().optional(),
  /** Where a relayed record was first written; the transport stores it whole as `rally_origin`. */
  origin: relayOriginSchema.optional(),
})
/** A record before the log gives it a revision and an event id. */
export type RecordDraft = z.infer<typeof recordDraftSchema>
