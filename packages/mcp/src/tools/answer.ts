import { escalationDecided, handoffSettled, handoffTaken } from '@rally/core/rules/text/answered'
import type { SessionContext } from '@rally/core/usecases/context'
import type { Tool, ToolCall } from '../tool.js'
import { STRING } from './arguments-of-all.js'
import { speak } from './speak.js'

const VERDICTS = ['accept', 'decline', 'done'] as const

export const answer: Tool = {
  name: 'answer',
  description: 'Answer a message or decide an escalation by text, a handoff by verdict',
  inputSchema: {
    type: 'object',
    properties: {
      id: { ...STRING, description: 'its number' },
      text: STRING,
      verdict: { ...STRING, enum: VERDICTS },
      as: STRING,
    },
    required: ['id'],
  },
  async run(call) {
    const { args, caller, room } = call
    const [id, text] = [args.text('id') ?? '', args.text('text')]
    const verdict = VERDICTS.find((word) => word === args.word('verdict'))
    if (verdict === undefined && text === undefined) throw args.missing('text, or for a handoff a verdict')
    const ctx = await caller.session()
    if (verdict !== undefined) return settle(call, ctx, { handoff: id, text, verdict })
    const escalation = await room.findRecord(ctx, room.parseReference(id), ({ kind }) => kind === 'escalation')
    if (escalation === undefined) return reply(call, ctx, { id, text: text ?? '' })
    await room.escalate(ctx, { reason: text ?? '', acknowledges: id })
    return escalationDecided(escalation.revision)
  },
}

async function settle(
  { room }: ToolCall,
  ctx: SessionContext,
  { verdict, ...settling }: { handoff: string; text: string | undefined; verdict: (typeof VERDICTS)[number] },
): Promise<string> {
  if (verdict !== 'accept') {
    const { handoff } = await room.settleHandoff(ctx, verdict === 'done' ? 'done' : 'declined', settling)
    return handoffSettled(handoff.number, verdict === 'done' ? 'done' : 'declined')
  }
  const answered = await room.acceptHandoff(ctx, settling)
  if (!answered.accepted) throw room.claimRefusal({ claimed: false, conflicts: answered.conflicts })
  const { claim, handoff } = answered
  return `${handoffTaken(handoff.number, claim?.patterns ?? [])}. When it is done: answer it with verdict done`
}

async function reply(call: ToolCall, ctx: SessionContext, { id, text }: { id: string; text: string }): Promise<string> {
  const { room } = call
  const replyTo = await room.findMessage(ctx, id)
  return speak(call, ctx, { to: await room.addressReply(ctx, replyTo), text, replyTo })
}
