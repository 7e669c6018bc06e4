import * as Flags from '@oclif/core/flags'
import { retractRecord } from '@rally/core/usecases/log/retract-record'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toError, toJson, toText } from '../views/log/retract.js'

export default class Retract extends RallyCommand {
  static override summary = 'Retract a record: readers hide it.'
  static override description =
    'Readers hide it from now on; the log keeps both. A retraction itself cannot be retracted. Where several records share an event id, name one by its revision.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --fact 1 --reason "wrong file"',
    '<%= config.bin %> <%= command.id %> --fact blf_0123456789abcdef01234567 --reason "measured again" --superseded-by 2',
  ]
  static override flags = {
    ...sessionFlags,
    fact: Flags.string({ summary: 'Number, event id or message id of the record.', helpValue: 'REF', required: true }),
    reason: Flags.string({ summary: 'Why.', helpValue: 'TEXT', required: true }),
    'superseded-by': Flags.string({ summary: 'Record that holds instead.', helpValue: 'REF' }),
    force: Flags.boolean({ summary: 'Also a record that is not found here or was retracted before.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Retract)
    const ctx = await this.rally.session(flags)
    const { fact, reason, force, 'superseded-by': supersededBy } = flags
    const input = { fact, reason, force, supersededBy }
    const retraction = await retractRecord(ctx, input)
    const json = toJson(retraction, input, ctx.channel.app)
    return { json, text: () => toText(json), error: toError(retraction, input) }
  }
}
