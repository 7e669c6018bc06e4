import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { HandoffOwnership } from '@rally/core/model/handoff-ownership'
import { ANY_PEER, type HandoffResult, handOff } from '@rally/core/usecases/handoff/hand-off'
import { address } from '@rally/core/usecases/inbox/address'
import { type Outcome, RallyCommand } from '../base-command.js'
import { parseCsv, RECIPIENTS, recipientFlags, sessionFlags } from '../flags.js'
import { refusedJson, refusedText, toJson, toText } from '../views/handoff/handed-over.js'
import { HANDOFF_WAITS, waitForHandoff } from '../wait-for-handoff.js'

export default class Handoff extends RallyCommand {
  static override summary = 'Hand work over, with its contract.'
  static override description =
    'A handoff says what is handed over and what is not, how the parts fit, and when both sides meet again. One that leaves something of this open is refused; the refusal is kept, nothing is posted. An accepted one rings the inbox of its target.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to codex --message "take the price rules" --owns src/prices.js --does-not-own src/cart.js --interface-contract "price(item) returns cents" --integration-checkpoint "npm test passes"',
  ]
  static override flags = {
    ...sessionFlags,
    to: Flags.string({
      summary: `${RECIPIENTS}; peer means the first who takes it.`,
      helpValue: 'WHO',
      default: ANY_PEER,
    }),
    ...recipientFlags,
    message: Flags.string({ summary: 'What it is about.', helpValue: 'TEXT', default: '' }),
    owns: Flags.string({ summary: 'What is handed over, separated by commas.', helpValue: 'PATHS' }),
    'does-not-own': Flags.string({ summary: 'What is not, separated by commas.', helpValue: 'PATHS' }),
    'interface-contract': Flags.string({
      summary: 'What the parts promise each other.',
      helpValue: 'TEXT',
      default: '',
    }),
    'integration-checkpoint': Flags.string({
      summary: 'When and how it comes together.',
      helpValue: 'TEXT',
      default: '',
    }),
    'allowed-tools': Flags.string({ summary: 'Tools that may be used, separated by commas.', helpValue: 'TOOLS' }),
    'denied-tools': Flags.string({ summary: 'Tools that may not, separated by commas.', helpValue: 'TOOLS' }),
    'acceptance-criteria': Flags.string({ summary: 'What makes the work accepted.', helpValue: 'TEXT' }),
    wait: Flags.string({
      summary: 'Return when it was told, accepted or done; exit 4 when it was not, 5 when it was declined.',
      options: [...HANDOFF_WAITS],
    }),
    timeout: Flags.integer({ summary: 'Wait at most so many seconds.', helpValue: 'SECS', default: 60, min: 0 }),
    'message-id': Flags.string({ summary: 'Complete an earlier try that was half stored.', helpValue: 'ID' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Handoff)
    const ctx = await this.rally.session(flags)
    const addressed = flags.to === ANY_PEER ? undefined : await address(ctx, flags.to, { unseen: flags.unseen })
    const result = await handOff(ctx, {
      to: addressed?.to ?? flags.to,
      toSessionId: addressed?.toSessionId,
      message: flags.message,
      ownership: ownershipOf(flags),
      messageId: flags['message-id'],
    })
    const { app } = ctx.channel
    if (!result.accepted)
      return { json: refusedJson(app, result), text: () => refusedText(result), error: refusal(result) }
    const wanted = HANDOFF_WAITS.find((step) => step === flags.wait)
    const isWaited = wanted !== undefined && result.sent.failure === undefined
    const waited = isWaited ? await waitForHandoff(ctx, result.sent, { wanted, timeoutSecs: flags.timeout }) : {}
    const handed = { ...result, addressed, message: flags.message, waited }
    const error = result.sent.failure ?? waited.error
    return { json: toJson(app, handed), text: (terminal) => toText(handed, terminal), ...(error ? { error } : {}) }
  }
}

type Contract = Record<'interface-contract' | 'integration-checkpoint', string> &
  Partial<
    Record<'owns' | 'does-not-own' | 'allowed-tools' | 'denied-tools' | 'acceptance-criteria', string | undefined>
  >

function ownershipOf(flags: Readonly<Contract>): Partial<HandoffOwnership> {
  const criteria = flags['acceptance-criteria']
  return {
    owns: parseCsv(flags.owns),
    does_not_own: parseCsv(flags['does-not-own']),
    interface_contract: flags['interface-contract'],
    integration_checkpoint: flags['integration-checkpoint'],
    allowed_tools: parseCsv(flags['allowed-tools']),
    denied_tools: parseCsv(flags['denied-tools']),
    ...(criteria === undefined ? {} : { acceptance_criteria: criteria }),
  }
}

function refusal({ missingOrInvalid, reason }: HandoffResult & { accepted: false }): RallyError {
  const fields = missingOrInvalid.join(', ')
  return new RallyError('HANDOFF_INCOMPLETE', { fields, missing_or_invalid: missingOrInvalid, reason })
}
