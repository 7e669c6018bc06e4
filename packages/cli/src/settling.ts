import * as Args from '@oclif/core/args'
import { settleHandoff } from '@rally/core/usecases/handoff/settle-handoff'
import type { Outcome } from './base-command.js'
import type { SessionFlags } from './flags.js'
import type { Rally } from './rally.js'
import { toJson, toText } from './views/handoff/settled.js'

/** What the commands that act on a handoff take. */
export const settlingArgs = {
  id: Args.string({ ignoreStdin: true, description: 'Number or id of the handoff, as texts show it.', required: true }),
  text: Args.string({ ignoreStdin: true, description: 'What to say to the one who handed over.' }),
}

export interface SettlingInput {
  readonly args: { readonly id: string; readonly text?: string | undefined }
  readonly flags: SessionFlags
}

/** Settles a handoff for `handoff done` and `handoff decline`. */
export async function settle(
  rally: Rally,
  verdict: 'done' | 'declined',
  { args, flags }: SettlingInput,
): Promise<Outcome> {
  const ctx = await rally.session(flags)
  const { handoff, posted } = await settleHandoff(ctx, verdict, { handoff: args.id, text: args.text })
  const settled = { app: ctx.channel.app, handoff, revision: posted.revision }
  const error = posted.message?.failure
  return { json: toJson(settled), text: () => toText(settled), ...(error ? { error } : {}) }
}
