import * as Flags from '@oclif/core/flags'
import { sumCost, sumEdits } from '@rally/core/rules/cost/sum-cost'
import { knownSessions } from '@rally/core/usecases/timeline/known-sessions'
import { readJournal } from '@rally/local/hook-files/hook-journal'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { readInstant } from '../instant-flag.js'
import { renderCost } from '../views/why/cost.js'

export default class Cost extends RallyCommand {
  static override summary =
    'Show what rally cost: hook calls, milliseconds, characters and estimated tokens told to agents.'
  static override description =
    `Calls are those that left a line in the hook journal of this machine, which keeps about the last ten thousand; edits that the
gate answered without starting a program are not among them: they are counted from what was announced, their time is estimated. A token is taken for four characters.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --since 24h --json',
  ]
  static override flags = {
    ...roomFlags,
    since: Flags.string({ summary: 'How far back: 90s, 2h, 7d, or a time.', helpValue: 'TIME', default: '7d' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Cost)
    const ctx = await this.rally.room(flags)
    const now = ctx.clock.now()
    const since = readInstant('since', flags.since, now) ?? 0
    const { sessions, names, nameOf } = await knownSessions(ctx)
    const tellings = (await ctx.activity?.tellings({ since })) ?? []
    const tools = new Map(sessions.map(({ session_id, tool }) => [session_id, tool]))
    const ids = new Set([
      ...tools.keys(),
      ...names.map((held) => held.session_id),
      ...tellings.map((one) => one.session),
    ])
    const known = new Map([...ids].map((id) => [id, { name: nameOf(id, ''), tool: tools.get(id) ?? 'unknown' }]))
    const calls = readJournal(this.rally.env).filter(({ t, code }) => t >= since && !code.startsWith('damaged:'))
    const edits = sumEdits((await ctx.history?.edits({ now, since })) ?? [], calls)
    const cost = { app_slug: ctx.channel.app, since, ...sumCost(calls, tellings, known), edits }
    return { json: cost, text: () => renderCost(cost, now) }
  }
}
