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
  const said = context === '' ? {} : answers.context(context, event)
  if (reply.deny !== undefined && isOwn && name === 'before-edit' && capabilities.deny) {
    const reason = reply.deny.reason || 'refused by rally'
    const whole = answers.together ? reason : [reason, reply.context].filter(Boolean).join('\n\n')
    const { refusesByExit } = answers
    if (refusesByExit !== undefined)
      return { stdout: '', stderr: api.clip(whole, capabilities.textLimit), exitCode: refusesByExit }
    const denied = answers.deny(api.clip(whole, capabilities.textLimit), event)
    return { stdout: JSON.stringify(answers.together ? { ...said, ...denied } : denied) }
  }
  if (reply.goOn && isOwn && name === 'turn-end' && answers.goOn !== undefined && !answers.silent?.includes(event))
    return { stdout: JSON.stringify(answers.goOn(api.clip(reply.goOn, capabilities.textLimit))) }
  return { stdout: context === '' ? (answers.empty ?? '') : JSON.stringify(said) }
}
