import { z } from 'zod'

const reactionType = z.enum(['reinstall', 're-baseline', 'soft-claim'])

/** What changed and what to do about it: the keys of `rally checkpoint` that a loop acts on. */
export const checkpoint = z.looseObject({
  session_id: z.string(),
  revision: z.number().int(),
  changed: z.boolean(),
  new_changes: z.array(z.looseObject({})).readonly(),
  truncated: z.boolean(),
  active_peers: z.array(z.looseObject({ session_id: z.string(), tool: z.string(), phase: z.string() })).readonly(),
  arch_digest: z.unknown(),
  reactions: z.array(z.looseObject({ type: reactionType, action: reactionType })).readonly(),
})

/** A handoff of ours that is not settled. */
export const openHandoff = z.looseObject({
  event_id: z.string().nullable(),
  target: z.string(),
  subject: z.string(),
})

export const revision = z.number().int().nullable()
