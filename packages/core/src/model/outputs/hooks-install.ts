import { z } from 'zod'
import { HOOK_STATES } from '../hook-states.js'
import { outputOf } from './envelope.js'

const file = z.looseObject({
  host: z.string(),
  /** `hooks`: entries in a configuration file. `text`: a whole file, such as a skill. `trust`: the host's record of your consent.
   *  `mcp`: what tells it of rally's server. `allow`: rules for rally's commands. `exclude`: what git is told not to see. */
  kind: z.enum(['hooks', 'text', 'trust', 'mcp', 'allow', 'exclude']),
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
  scope: z.enum(['project', 'user', 'local']),
  dry_run: z.boolean(),
  files: z.array(file),
  /** Hosts that have no file for hooks: they call rally-hook themselves. */
  without_files: z.array(z.string()),
  /** Hosts that have the hooks from a plugin of their own already: with entries as well each would run twice. */
  by_plugin: z.array(z.looseObject({ host: z.string(), plugin: z.string(), path: z.string() })),
  /** Files whose hooks the host does not run as things stand, and why. */
  not_run: z.array(
    z.looseObject({ host: z.string(), path: z.string(), state: z.enum(HOOK_STATES), reason: z.string() }),
  ),
  /** What else stands in a host's files and bears on its hooks: entries that stand twice, say. */
  notes: z.array(z.looseObject({ host: z.string(), note: z.string() })),
  /** What only the user can do, in the host's words. */
  next_steps: z.array(z.looseObject({ host: z.string(), step: z.string() })),
  /** Running programs that read the changed files only at their start. */
  restart: z.array(z.looseObject({ name: z.string(), pid: z.number().int() })),
  /** Why the installed hooks do nothing for now; null when they do. */
  warning: z.string().nullable(),
})
export type HookChangesOutput = z.infer<typeof hookChanges>

/** `rally hooks install --json`. */
export const outputSchema = outputOf(
  'hooks-install',
  hookChanges.extend({
    /** With `--print`: what would be written where nothing is. */
    printed: z
      .array(
        z.looseObject({
          host: z.string(),
          kind: z.enum(['hooks', 'text', 'allow']),
          path: z.string(),
          text: z.string(),
        }),
      )
      .optional(),
  }),
)
