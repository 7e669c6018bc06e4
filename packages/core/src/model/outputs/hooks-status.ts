import { z } from 'zod'
import { HOOK_STATES } from '../hook-states.js'
import { outputOf } from './envelope.js'

const file = z.looseObject({
  /** `plugin`: hooks that a plugin of the host's own brings. */
  kind: z.enum(['hooks', 'text', 'plugin', 'allow', 'mcp']),
  scope: z.enum(['project', 'user', 'local']),
  path: z.string(),
  state: z.enum(HOOK_STATES),
  events: z.array(z.looseObject({ event: z.string(), state: z.enum(['installed', 'stale', 'absent', 'double']) })),
  /** What is wrong and what to do, one sentence each. */
  notes: z.array(z.string()),
  /** Place of what cannot be read, from 1. */
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})

/** A setting of hooks that `.rally.json` has changed. */
export const repositorySetting = z.looseObject({
  /** As it stands in the file: `hooks.collision`. */
  key: z.string(),
  value: z.string(),
  /** What would hold without the file. */
  yours: z.string(),
  path: z.string(),
})

const keys = z.object({
  repo_root: z.string().nullable(),
  /** What installed lines call, as found on this PATH; null when it is not there and they do nothing. */
  rally_hook: z.string().nullable(),
  /** Why no hook of rally does anything here; null when they do. */
  silenced: z.string().nullable(),
  /** How rally guard stands in the pre-commit hook that git runs here; null outside of a working tree, or where git did not say. */
  guard: z
    .looseObject({
      state: z.enum(['installed', 'absent', 'shadowed', 'unknown']),
      path: z.string(),
      /** What is wrong and what to do. */
      note: z.string().nullable(),
    })
    .nullable(),
  /** What the repository's `.rally.json` makes different for everybody who works there. */
  repository: z.array(repositorySetting),
  hosts: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string(),
      state: z.enum(HOOK_STATES),
      /** Whether the host is set up here. */
      detected: z.boolean(),
      notes: z.array(z.string()),
      files: z.array(file),
    }),
  ),
})
export type HooksStatusOutput = z.infer<typeof keys>

/** `rally hooks status --json`. */
export const outputSchema = outputOf('hooks-status', keys)
