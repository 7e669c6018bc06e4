import { z } from 'zod'
import { WAKE_WORDS } from './ring.js'

/** What the line in a repository's pre-commit hook does: warn, keep an agent's commit back, or nothing. */
export const GUARD_WORDS = ['warn', 'deny', 'off'] as const

/**
 * `$XDG_CONFIG_HOME/rally/config.json` < `<repository>/.rally.json` < environment < flags.
 * A repository's file may make things quieter or stricter; `repositoryConfigurationSchema` leaves out servers, credentials and the apps root.
 */
const hooks = z.strictObject({
  /** `off` silences every hook of this user or repository. */
  enabled: z.boolean().optional(),
  /** Largest text of one reply in characters; never above the host's own limit. */
  budget: z.number().int().min(200).max(10_000).optional(),
  /** `deny` refuses an edit of a file that a live peer of this worktree has in flight. */
  collision: z.enum(['warn', 'deny', 'off']).optional(),
  /** Which messages may ring an idle agent: none, only on request, also asks, also urgent ones, all. A repository can only lower it. */
  wake: z.enum(WAKE_WORDS).optional(),
  /** `messages`: an ask that an agent was not told yet keeps its turn going once. A repository can only say `silent`. */
  turn_end: z.enum(['silent', 'messages']).optional(),
})

/** A repository's `.rally.json`: what others may decide for everybody who works there, never servers or credentials. */
export const repositoryConfigurationSchema = z.strictObject({
  $schema: z.string().optional(),
  hooks: hooks.optional(),
  guard: z.enum(GUARD_WORDS).optional(),
  /** A repository may only forbid that first lines of prompts are shown. */
  picture: z.strictObject({ prompts: z.literal('off').optional() }).optional(),
  relay: z
    .strictObject({
      channel: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
        .optional(),
    })
    .optional(),
})

/** The user's `config.json`. Unknown keys are refused, so that a mistyped one is noticed. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Absolute, or below the home folder (`~/…`). */
  apps_root: z
    .string()
    .regex(/^(?:\/|~$|~\/)/, 'must be absolute or start with ~/')
    .optional(),
  /** `synced` makes an acknowledged write survive a power cut; `fast` a crash of the process. */
  durability: z.enum(['fast', 'synced']).optional(),
  /** Program and arguments that `rally watch --notify` runs, never through a shell; {title}, {text}, {kind} and {json} are replaced. */
  notify: z.array(z.string().min(1)).min(1).max(50).optional(),
  hooks: hooks
    .extend({
      /** Repositories, by the folder of their main checkout, in which this user's hooks are silent. */
      off_in: z.record(z.string(), z.literal(true)).optional(),
    })
    .optional(),
  /** `deny` keeps an agent from a commit that would take others' work along; a person is only warned. */
  guard: z.enum(GUARD_WORDS).optional(),
  picture: z
    .strictObject({
      /** Who sees the first line of what an agent was asked: people on this machine, agents as well, or nobody. */
      prompts: z.enum(['person', 'agents', 'off']).optional(),
    })
    .optional(),
  top: z
    .strictObject({
      /** `false`: `rally top` does not ring for new trouble. */
      bell: z.boolean().optional(),
      /** `false`: it leaves the terminal's title alone. */
      title: z.boolean().optional(),
    })
    .optional(),
  history: z
    .strictObject({
      /** For how many days this machine remembers who edited what, and what agents were told; default 7. */
      days: z.number().int().min(0).max(365).optional(),
    })
    .optional(),
  relay: z
    .strictObject({
      channel: z.string().optional(),
      to: z.string().optional(),
      prefix: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/)
        .optional(),
      credentials: z.string().optional(),
      nkey: z.string().optional(),
      user: z.string().optional(),
      password_file: z.string().optional(),
      token_file: z.string().optional(),
      tls: z
        .strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })
        .optional(),
      max_age_days: z.number().positive().optional(),
      max_bytes: z.number().int().positive().optional(),
      /** Copies of the data in a cluster of servers. */
      replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]).optional(),
    })
    .optional(),
})
/** The user's configuration, all of it optional; `docs/reference/configuration.md` explains each key. */
export type Configuration = z.infer<typeof configurationSchema>
