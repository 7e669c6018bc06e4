import { z } from 'zod'
import { changeRecordSchema } from '../change-record.js'
import { outputOf } from './envelope.js'

const pointer = z.looseObject({
  file: z.string(),
  committed_sha: z.string().nullable(),
  /** As it was written; file and commit stand at its end. */
  summary: z.string(),
  tool: z.string(),
  /** ISO text, or epoch seconds in old records. */
  ts: z.unknown(),
  revision: z.number().int().nullable(),
})

const keys = z.object({
  action: z.literal('status-read'),
  app_slug: z.string(),
  found: z.boolean(),
  /** The record that says so, whole. */
  latest: changeRecordSchema.nullable(),
  pointer: pointer.nullable(),
})
export type StatusReadOutput = z.infer<typeof keys>

/** `rally status-read --json`. */
export const outputSchema = outputOf('status-read', keys)
