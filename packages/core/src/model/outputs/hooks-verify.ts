import { z } from 'zod'
import { outputOf } from './envelope.js'
import { repositorySetting } from './hooks-status.js'

const keys = z.object({
  repo_root: z.string(),
  /** What the repository's `.rally.json` makes different for everybody who works there. */
  repository: z.array(repositorySetting),
  hooks: z.array(
    z.looseObject({
      host: z.string(),
      event: z.string(),
      scope: z.enum(['project', 'user', 'local']),
      path: z.string(),
      /** `unverified`: the plugin ships no recorded payload of that event. */
      verdict: z.enum(['fired', 'silent', 'failed', 'off', 'shadowed', 'untrusted', 'double', 'unverified']),
      reason: z.string(),
      remedy: z.string().nullable(),
      /** Milliseconds; null when it was not run. */
      ms: z.number().nullable(),
    }),
  ),
})
export type HooksVerifyOutput = z.infer<typeof keys>

/** `rally hooks verify --json`: fails when an installed hook would not do its work. */
export const outputSchema = outputOf('hooks-verify', keys)
