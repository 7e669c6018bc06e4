import { z } from 'zod'
import { outputOf } from './envelope.js'
import { activePeer, surfaceRecord } from './status-parts.js'

const CHANGES = z.enum(['reinstall', 're-baseline'])

/** `type` is the existing system's key; `action` says the same. */
const reaction = z.union([
  z.looseObject({ type: CHANGES, action: CHANGES, revisions: z.array(z.number().int()) }),
  z.looseObject({
    type: z.literal('soft-claim'),
    action: z.literal('soft-claim'),
    /** What the peer's session is called in this room. */
    name: z.string(),
    severity: z.enum(['warning', 'informational']),
    reason: z.string(),
    peer: z.string(),
    files: z.array(z.string()),
  }),
])

const keys = z.object({
  session_id: z.string(),
  app_slug: z.string(),
  revision: z.number().int(),
  changed: z.boolean(),
  /** Oldest first. */
  new_changes: z.array(surfaceRecord),
  /** Earlier new changes were left out. */
  truncated: z.boolean(),
  active_peers: z.array(activePeer),
  /** What another tool keeps in the channel about the architecture; null without it. */
  arch_digest: z.unknown(),
  reactions: z.array(reaction),
})

/** `rally checkpoint --json`. */
export const outputSchema = outputOf('checkpoint', keys)
