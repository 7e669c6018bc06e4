import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { HostApi, HostOutput } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import type { HostDefinition } from './host-definition.js'

/** How the host wants to be answered. */
export interface Answers {
  /** What the host takes for "nothing"; without it nothing at all. */
  readonly empty?: string
  /** The object that hands `text` to the model. */
  readonly context: (text: string, event: string) => JsonObject
  /** The object that refuses an edit. */
  readonly deny: (reason: string, event: string) => JsonObject
  /** Both can stand in one answer; else the reason holds the text as well. */
  readonly together?: boolean
  /** Events that drop a text although others of their moment do not. */
  readonly silent?: readonly string[]
}

/** The form that several hosts share: `hookEventName` must be there and equal the event, else the output is dropped. */
export const HOOK_SPECIFIC_OUTPUT: Answers = {
  context: (additionalContext, hookEventName) => ({ hookSpecificOutput: { hookEventName, additionalContext } }),
  deny: (permissionDecisionReason, hookEventName) => ({
    hookSpecificOutput: { hookEventName, permissionDecision: 'deny', permissionDecisionReason },
  }),
}

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
    const denied = answers.deny(api.clip(whole, capabilities.textLimit), event)
    return { stdout: JSON.stringify(answers.together ? { ...said, ...denied } : denied) }
  }
  return { stdout: context === '' ? (answers.empty ?? '') : JSON.stringify(said) }
}
