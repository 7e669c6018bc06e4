import * as Flags from '@oclif/core/flags'
import { readCost } from '@rally/core/usecases/cost/read-cost'
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
    const cost = await readCost(ctx, { since, journal: readJournal(this.rally.env) })
    return { json: cost, text: () => renderCost(cost, now) }
  }
}
