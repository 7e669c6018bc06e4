import { z } from 'zod'
import { outputOf } from './envelope.js'

/** How `rally guard install` and `uninstall` left the pre-commit hook. */
export const guardHook = z.object({
  /** Top of the working tree. */
  repo_root: z.string(),
  /** The hook that git runs, or the file of the working tree that it runs. */
  path: z.string(),
  changed: z.boolean(),
  /** `by-hand`: hooks lie in the working tree, where everybody shares them; rally changes nothing there. */
  state: z.enum(['installed', 'absent', 'by-hand']),
  /** How the line stands in it: a file of rally's, lines in a shell script, or rally's in front of the former hook. */
  kind: z.enum(['new', 'added', 'beside']).nullable(),
  /** Where the former hook is kept. */
  kept: z.string().nullable(),
  /** What to add, or to take out, by hand; null where there is nothing to do. */
  line: z.string().nullable(),
  notes: z.array(z.string()),
})
export type GuardHookOutput = z.infer<typeof guardHook>

/** `rally guard install --json`. */
export const outputSchema = outputOf('guard-install', guardHook)
