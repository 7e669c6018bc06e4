import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import type { RoomOperations } from '@rally/core/plugin-api/room-operations'
import { escalationDecided, handoffSettled, handoffTaken } from '@rally/core/rules/text/answered'
import type { SessionContext } from '@rally/core/usecases/context'

/** What a person writes from a live view. Each throws as the command of its name does; the answer is one line. */
export interface PersonWriting {
  tell(saying: {
    readonly to: string
    readonly text: string
    readonly asks?: boolean
    readonly urgent?: boolean
  }): Promise<string>
  /** `id`: number or id of a message, an ask, an escalation. */
  reply(saying: { readonly id: string; readonly text: string }): Promise<string>
  /** `length`: `30m`, `2h`. */
  /** Answers a handoff: takes it over, will not take it, or says that it is done. `id` as above. */
  settle(answer: {
    readonly id: string
    readonly verdict: HandoffVerdict
    readonly text?: string | undefined
  }): Promise<string>
  claim(wish: {
    readonly files: readonly string[]
    readonly why?: string | undefined
    readonly length?: string | undefined
  }): Promise<string>
  /** Gives files back; all of the person's without a name. */
  release(files: readonly string[]): Promise<string>
}

/** What a handoff can be answered with. */
export const HANDOFF_VERDICTS = ['accept', 'decline', 'done'] as const
export type HandoffVerdict = (typeof HANDOFF_VERDICTS)[number]

/** Writes into the room as the person, by the use cases of the commands. */
export function writeAsPerson(
  { api, room }: { readonly api: RallyApi; readonly room: RoomOperations },
  ctx: SessionContext,
): PersonWriting {
  const send = async (saying: Omit<Parameters<RoomOperations['say']>[1], 'to'>, to: Addressed): Promise<string> => {
    const sent = await room.say(ctx, { ...saying, to })
    if (sent.failure !== undefined) throw sent.failure
    const number = sent.revision === null ? 'sent' : `#${sent.revision}`
    return `${number} to ${room.texts.line(to.name)}${room.texts.hearers(to.recipients)}`
  }
  return {
    async tell({ to, text, asks = false, urgent = false }) {
      return send({ text, asks, urgent }, await api.usecases.address(ctx, to))
    },
    async reply({ id, text }) {
      const escalation = await room.findRecord(ctx, room.parseReference(id), ({ kind }) => kind === 'escalation')
      if (escalation !== undefined) {
        await room.escalate(ctx, { reason: text, acknowledges: id })
        return escalationDecided(escalation.revision)
      }
      const replyTo = await room.findMessage(ctx, id)
      return send({ text, replyTo }, await room.addressReply(ctx, replyTo))
    },
    async settle({ id, verdict, text }) {
      if (verdict !== 'accept') {
        const how = verdict === 'done' ? 'done' : 'declined'
        const { handoff } = await room.settleHandoff(ctx, how, { handoff: id, text })
        return handoffSettled(handoff.number, how)
      }
      const answered = await room.acceptHandoff(ctx, { handoff: id, text })
      if (!answered.accepted) throw room.claimRefusal({ claimed: false, conflicts: answered.conflicts })
      return handoffTaken(answered.handoff.number, answered.claim?.patterns ?? [])
    },
    async claim({ files, why, length }) {
      const secs = length === undefined ? undefined : room.parseLength(length)
      const answer = await room.claimFiles(ctx, { patterns: files, why, secs })
      if (!answer.claimed) throw room.claimRefusal(answer)
      return room.texts.claimed(answer, ctx.session.sessionId)
    },
    async release(files) {
      const given: string[] = []
      for (const what of files.length === 0 ? [undefined] : files)
        for (const { patterns } of (await room.releaseFiles(ctx, { what })).released) given.push(...patterns)
      return given.length === 0 ? 'there is nothing to release' : `released ${given.map(room.texts.line).join(', ')}`
    },
  }
}

type Addressed = Awaited<ReturnType<RallyApi['usecases']['address']>>
