import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { SentOutput } from '@rally/core/model/outputs/sent'
import { DEFAULT_SENT_LIMIT, readSent, traceMessage } from '@rally/core/usecases/inbox/read-sent'
import { type Outcome, RallyCommand } from '../base-command.js'
import { findAsking } from '../find-asking.js'
import { idsFlag, type SessionFlags, sessionFlags } from '../flags.js'
import { renderTraced, tracedJson } from '../views/inbox/traced.js'
import { candidatesJson, youLine } from '../views/text/who.js'

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
      session_candidates: candidatesJson(candidates),
      messages: traced.map(tracedJson),
    }
    const now = ctx.clock.now()
    const senders = args.id !== undefined || candidates.length > 0
    const text: Outcome['text'] = (terminal) =>
      youLine(candidates) +
      (traced.length === 0 ? 'nothing sent yet' : renderTraced(traced, { ...terminal, now, ids: flags.ids, senders }))
    return { json, text }
  }

  async #find(flags: SessionFlags & { readonly limit: number }, id: string | undefined) {
    if (id !== undefined) {
      const ctx = await this.rally.room(flags)
      return { ctx, sessionId: null, candidates: [], traced: [await traceMessage(ctx, id)] }
    }
    const { ctx, session, candidates } = await findAsking(this.rally, flags)
    const senders = session === undefined ? candidates.map(({ session_id }) => session_id) : [session.sessionId]
    const traced = await readSent(ctx, senders, { limit: flags.limit })
    return { ctx, sessionId: session?.sessionId ?? null, candidates, traced }
  }
}
