import { z } from 'zod'
import { HOOK_STATES } from '../hook-states.js'
import { MOMENT_NAMES } from '../moment.js'
import { outputOf } from './envelope.js'

const capabilities = z.looseObject({
  /** Moments that the host can call. */
  moments: z.array(z.enum(MOMENT_NAMES)),
  /** Moments at which text reaches the model. */
  context: z.array(z.enum(MOMENT_NAMES)),
  /** Whether an edit can be denied. */
  deny: z.boolean(),
  /** Longest text of one reply, in characters. */
  text_limit: z.number(),
  timeout_unit: z.enum(['s', 'ms']),
  /** Whether subagents can be told apart. */
  children: z.boolean(),
})

const host = z.looseObject({
  id: z.string(),
  /** Name for people; null when the plugin is refused. */
  title: z.string().nullable(),
  plugin: z.string(),
  version: z.string(),
  /** `core` comes with rally, `user` was installed, `link` was linked. */
  type: z.string(),
  /** Why the plugin is not used; null for one that is. */
  refusal: z.string().nullable(),
  capabilities: capabilities.nullable(),
  detected: z.looseObject({
    /** Whether the command runs inside this host. */
    inside: z.boolean(),
    /** The host's session, where its environment names it. */
    session_id: z.string().nullable(),
    /** Configuration folders of the host that exist, absolute. */
    folders: z.array(z.string()),
  }),
  hooks: z.enum(HOOK_STATES),
  /** What `rally hosts probe` found on this machine, last time; null where it never ran. */
  probe: z
    .looseObject({
      /** Of the host; null where nobody could say. */
      version: z.string().nullable(),
      /** Epoch seconds. */
      probed_at: z.number(),
      /** Moments whose text reached the model. */
      heard: z.array(z.enum(MOMENT_NAMES)),
      /** Moments whose text was said to reach the model, and did not. */
      lost: z.array(z.enum(MOMENT_NAMES)),
    })
    .nullable(),
})

const keys = z.object({ hosts: z.array(host) })
export type HostsOutput = z.infer<typeof keys>
export type HostOutputItem = z.infer<typeof host>

/** `rally hosts --json`. */
export const outputSchema = outputOf('hosts', keys)
