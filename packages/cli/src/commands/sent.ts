import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { SentOutput } from '@rally/core/model/outputs/sent'
import { DEFAULT_SENT_LIMIT, readSent, traceMessage } from '@rally/core/usecases/inbox/read-sent'
import { candidatesOf } from '@rally/core/usecases/roster/candidates'
import { type Outcome, RallyCommand } from '../base-command.js'
import { idsFlag, type SessionFlags, sessionFlags } from '../flags.js'
import { renderTraced, tracedJson } from '../views/inbox/traced.js'
import { oneOf } from '../views/text/who.js'

export default class Sent extends RallyCommand {
  static override summary = 'Show what this session sent, and how far each message got with each recipient.'
  static override description =
    `stored: it lies in the box. told: a hook put it into the recipient's context, at that time. acknowledged: the recipient
said so. answered: by a reply. gone: the recipient ended, or fell silent, before it was told. With ID that message, also one that another session sent.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 18 --json']
  static override args = { id: Args.string({ ignoreStdin: true, description: 'Number or id of one message.' }) }
  static override flags = {
    ...sessionFlags,
    ...idsFlag,
    limit: Flags.integer({ summary: 'At most this many.', helpValue: 'N', default: DEFAULT_SENT_LIMIT, min: 1 }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Sent)
    const { ctx, sessionId, candidates, traced } = await this.#find(flags, args.id)
    const json: SentOutput = {
      app_slug: ctx.channel.app,
      session_id: sessionId,
      session_candidates: candidates.map(({ session_id, name }) => ({ session_id, name })),
      messages: traced.map(tracedJson),
    }
    const now = ctx.clock.now()
    const senders = args.id !== undefined || candidates.length > 0
    const you = candidates.length === 0 ? '' : `you: ${oneOf(candidates)}\n`
    const text: Outcome['text'] = (terminal) =>
      traced.length === 0
        ? `${you}nothing sent yet`
        : you + renderTraced(traced, { ...terminal, now, ids: flags.ids, senders })
    return { json, text }
  }

  async #find(flags: SessionFlags & { readonly limit: number }, id: string | undefined) {
    if (id !== undefined) {
      const ctx = await this.rally.room(flags)
      return { ctx, sessionId: null, candidates: [], traced: [await traceMessage(ctx, id)] }
    }
    const ctx = await this.rally.look(flags)
    const sessionId = ctx.session?.sessionId ?? null
    const candidates = sessionId === null ? await candidatesOf(ctx, ctx.candidates ?? []) : []
    const senders = sessionId === null ? candidates.map(({ session_id }) => session_id) : [sessionId]
    if (senders.length === 0) throw new RallyError('SESSION_UNKNOWN')
    return { ctx, sessionId, candidates, traced: await readSent(ctx, senders, { limit: flags.limit }) }
  }
}
