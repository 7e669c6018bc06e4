import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { HostApi, HostOutput } from '@rally/core/ports/host'
import type { HostDefinition } from './host-definition.js'

/** A reply in the host's words; an event that the host does not have, or a moment that is not its own, gets the empty answer. */
export function render(
  { answers, events, capabilities }: Pick<HostDefinition, 'answers' | 'events' | 'capabilities'>,
  api: HostApi,
  { moment: { name, event }, reply }: { moment: Pick<Moment, 'name' | 'event'>; reply: MomentReply },
): HostOutput {
  const isOwn = Object.hasOwn(events, event) && events[event] === name
  const canSay = isOwn && capabilities.context.includes(name) && !answers.silent?.includes(event)
  const context = canSay ? api.clip(reply.context ?? '', capabilities.textLimit) : ''
  const said = context === '' || answers.context === 'plain' ? {} : answers.context(context, event)
  const beside = answers.together && answers.context !== 'plain' ? said : undefined
  if (reply.deny !== undefined && isOwn && name === 'before-edit' && capabilities.deny) {
    const reason = reply.deny.reason || 'refused by rally'
    const whole = beside ? reason : [reason, reply.context].filter(Boolean).join('\n\n')
    const { refusesByExit } = answers
    if (refusesByExit !== undefined)
      return { stdout: '', stderr: api.clip(whole, capabilities.textLimit), exitCode: refusesByExit }
    const denied = answers.deny?.(api.clip(whole, capabilities.textLimit), event)
    if (denied !== undefined) return { stdout: JSON.stringify({ ...beside, ...denied }) }
  }
  if (reply.goOn && isOwn && name === 'turn-end' && answers.goOn !== undefined && !answers.silent?.includes(event))
    return { stdout: JSON.stringify(answers.goOn(api.clip(reply.goOn, capabilities.textLimit))) }
  if (context === '') return { stdout: answers.empty ?? '' }
  return { stdout: answers.context === 'plain' ? context : JSON.stringify(said) }
}
