import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { RetractOutput } from '@rally/core/model/outputs/retract'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type Retraction, retractRecord } from '@rally/core/usecases/log/retract-record'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'

export default class Retract extends RallyCommand {
  static override summary = 'Take a record back.'
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
    force: Flags.boolean({ summary: 'Also a record that is not found here or was taken back before.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Retract)
    const ctx = await this.rally.session(flags)
    const { fact, reason, force } = flags
    const retraction = await retractRecord(ctx, { fact, reason, supersededBy: flags['superseded-by'], force })
    const asked = { app_slug: ctx.channel.app, fact, reason }
    return retraction.outcome === 'retracted' ? retracted(asked, retraction) : refused(asked, retraction)
  }
}

type Asked = Pick<RetractOutput, 'app_slug' | 'fact' | 'reason'>

function retracted(asked: Asked, retraction: Retraction & { outcome: 'retracted' }): Outcome {
  const json: RetractOutput = {
    ...asked,
    action: 'retracted',
    accepted: true,
    channel_revision: retraction.revision,
    event_id: retraction.eventId,
    target_found: retraction.targetFound,
    superseded_by: retraction.supersededBy,
    superseded_by_found: retraction.supersededByFound,
    detail: null,
  }
  return { json, text: () => `took back ${cleanLine(asked.fact)} (revision ${retraction.revision})` }
}

const ACTIONS = {
  noop: 'retract-noop',
  refused: 'retract-refused',
  'not-found': 'retract-target-not-found',
} as const

function refused(asked: Asked, { outcome, detail }: Exclude<Retraction, { outcome: 'retracted' }>): Outcome {
  const json: RetractOutput = {
    ...asked,
    action: ACTIONS[outcome],
    accepted: false,
    channel_revision: null,
    event_id: null,
    target_found: outcome !== 'not-found',
    superseded_by: null,
    superseded_by_found: false,
    detail,
  }
  const { fact } = asked
  const error =
    outcome === 'not-found'
      ? new RallyError('RETRACT_NOT_FOUND', { fact })
      : new RallyError('RETRACT_REFUSED', { fact, reason: cleanLine(detail), hint: HINTS[outcome] })
  return { json, text: () => '', error }
}

const HINTS = {
  noop: 'nothing is left to do; --force posts another retraction',
  refused: 'post a corrected record instead, or name the record by its revision',
}
