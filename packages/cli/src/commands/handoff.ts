import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { HandoffOutput } from '@rally/core/model/outputs/handoff'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { ANY_PEER, type HandoffResult, handOff } from '@rally/core/usecases/handoff/hand-off'
import { type Addressed, address } from '@rally/core/usecases/inbox/address'
import { type Outcome, RallyCommand } from '../base-command.js'
import { parseCsv, RECIPIENTS, recipientFlags, sessionFlags } from '../flags.js'
import { describeHandoffWait, handoffJson } from '../views/handoff/handoffs.js'
import { describeHearers, revisionNote, sentKeys } from '../views/inbox/sent.js'
import { tracedJson } from '../views/inbox/traced.js'
import { HANDOFF_WAITS, type HandoffWaited, waitForHandoff } from '../wait-for-handoff.js'

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
    const criteria = flags['acceptance-criteria']
    const addressed = flags.to === ANY_PEER ? undefined : await address(ctx, flags.to, { unseen: flags.unseen })
    const result = await handOff(ctx, {
      to: addressed?.to ?? flags.to,
      toSessionId: addressed?.toSessionId,
      message: flags.message,
      ownership: {
        owns: parseCsv(flags.owns),
        does_not_own: parseCsv(flags['does-not-own']),
        interface_contract: flags['interface-contract'],
        integration_checkpoint: flags['integration-checkpoint'],
        allowed_tools: parseCsv(flags['allowed-tools']),
        denied_tools: parseCsv(flags['denied-tools']),
        ...(criteria === undefined ? {} : { acceptance_criteria: criteria }),
      },
      messageId: flags['message-id'],
    })
    if (!result.accepted) return refused(ctx.channel.app, result)
    const wanted = HANDOFF_WAITS.find((step) => step === flags.wait)
    const isWaited = wanted !== undefined && result.sent.failure === undefined
    const waited = isWaited ? await waitForHandoff(ctx, result.sent, { wanted, timeoutSecs: flags.timeout }) : {}
    return accepted(ctx.channel.app, { result, message: flags.message, addressed, waited })
  }
}

function accepted(
  app: string,
  {
    result,
    message,
    addressed,
    waited,
  }: {
    result: HandoffResult & { accepted: true }
    message: string
    addressed: Addressed | undefined
    waited: HandoffWaited
  },
): Outcome {
  const { sent, to } = result
  const json: HandoffOutput = {
    action: 'handoff-posted',
    accepted: true,
    app_slug: app,
    to,
    channel_revision: sent.revision,
    event_id: sent.eventId,
    ...sentKeys(sent),
    recipients: [...(addressed?.recipients ?? [])],
    reason: null,
    missing_or_invalid: [],
    rejection_recorded: false,
    waited: waited.traced === undefined ? null : tracedJson(waited.traced),
    handoff: waited.handoff === undefined ? null : handoffJson(waited.handoff),
  }
  const about = message === '' ? '' : `: ${cleanLine(message)}`
  const heard = addressed === undefined ? '' : describeHearers(addressed.recipients)
  const handed = `handed over to ${cleanLine(addressed?.name ?? to)}${revisionNote(sent.revision)}${about}${heard}`
  const text: Outcome['text'] = (terminal) =>
    [handed, ...describeHandoffWait(waited, { ...terminal, now: Date.now() / 1000 })].join('\n')
  const error = sent.failure ?? waited.error
  return { json, text, ...(error ? { error } : {}) }
}

function refused(app: string, result: HandoffResult & { accepted: false }): Outcome {
  const fields = result.missingOrInvalid.map((field) => FLAG_OF[field] ?? field)
  const json: HandoffOutput = {
    action: 'handoff-rejected',
    accepted: false,
    app_slug: app,
    to: result.to,
    channel_revision: null,
    event_id: null,
    message_id: null,
    inbox: null,
    stored: { inbox: false, log: false },
    recipients: [],
    reason: result.reason,
    missing_or_invalid: [...result.missingOrInvalid],
    rejection_recorded: result.recorded,
    waited: null,
    handoff: null,
  }
  const text = () => fields.map((field) => `missing: ${field}`).join('\n')
  const error = new RallyError('HANDOFF_INCOMPLETE', {
    fields: result.missingOrInvalid.join(', '),
    missing_or_invalid: result.missingOrInvalid,
    reason: result.reason,
  })
  return { json, text, error }
}

/** The flag that fills a field of the contract. */
const FLAG_OF: Readonly<Record<string, string>> = {
  owns: '--owns (what is handed over)',
  does_not_own: '--does-not-own (what is not)',
  interface_contract: '--interface-contract (what the parts promise each other)',
  integration_checkpoint: '--integration-checkpoint (when and how it comes together)',
  acceptance_criteria: '--acceptance-criteria (not blank)',
}
