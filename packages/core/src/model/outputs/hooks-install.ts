import { z } from 'zod'
import { outputOf } from './envelope.js'

const file = z.looseObject({
  host: z.string(),
  /** `hooks`: entries in a configuration file. `text`: a whole file, such as a skill. `trust`: the host's record of your consent. `mcp`: what tells it of rally's server. */
  kind: z.enum(['hooks', 'text', 'trust', 'mcp']),
  path: z.string(),
  /** Where the bytes are, when symbolic links lead there. */
  real_path: z.string(),
  /** `restore`: back to the bytes before rally came. In a dry run: what would be done. */
  action: z.enum(['none', 'create', 'change', 'restore', 'delete', 'refused']),
  entries: z.array(z.looseObject({ event: z.string(), action: z.enum(['add', 'replace', 'remove']) })),
  /** Unified diff; empty when nothing changes. */
  diff: z.string(),
  refusal: z
    .looseObject({
      code: z.string(),
      message: z.string(),
      /** From 1; null when the reason has no place. */
      line: z.number().int().nullable(),
      column: z.number().int().nullable(),
    })
    .nullable(),
})

export const hookChanges = z.object({
  scope: z.enum(['project', 'user']),
  dry_run: z.boolean(),
  files: z.array(file),
  /** Hosts that have no file for hooks: they call rally-hook themselves. */
  without_files: z.array(z.string()),
  /** What only the user can do, in the host's words. */
  next_steps: z.array(z.looseObject({ host: z.string(), step: z.string() })),
  /** Running programs that read the changed files only at their start. */
  restart: z.array(z.looseObject({ name: z.string(), pid: z.number().int() })),
  /** Why the installed hooks do nothing for now; null when they do. */
  warning: z.string().nullable(),
})
export type HookChangesOutput = z.infer<typeof hookChanges>

/** `rally hooks install --json`. */
export const outputSchema = outputOf('hooks-install', hookChanges)
