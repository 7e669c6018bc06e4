import type { Configuration } from '../model/configuration.js'
import type { HookState } from '../model/hook-states.js'
import type { Hearer } from '../model/outputs/sent-message.js'
import type { WakeWord } from '../model/ring.js'
import type { RoomPicture } from '../model/room-picture.js'
import type { Handoff } from '../rules/handoff/handoff-states.js'
import type { ClaimAnswer, claimFiles } from '../usecases/claim/claim-files.js'
import type { ClaimReport, listClaims } from '../usecases/claim/list-claims.js'
import type { releaseFiles } from '../usecases/claim/release-files.js'
import type { RoomContext, SessionContext } from '../usecases/context.js'
import type { listHandoffs } from '../usecases/handoff/list-handoffs.js'
import type { acceptHandoff, settleHandoff } from '../usecases/handoff/settle-handoff.js'
import type { ackInbox } from '../usecases/inbox/ack-inbox.js'
import type { ackMessage } from '../usecases/inbox/ack-message.js'
import type { Addressed } from '../usecases/inbox/address.js'
import type { addressReply } from '../usecases/inbox/address-reply.js'
import type { findMessage } from '../usecases/inbox/find-message.js'
import type { openQuestions } from '../usecases/inbox/open-questions.js'
import type { countUnread, ReadMessage, readInbox } from '../usecases/inbox/read-inbox.js'
import type { readMessages } from '../usecases/inbox/read-sent.js'
import type { say } from '../usecases/inbox/say.js'
import type { findRecord, parseReference } from '../usecases/log/find-record.js'
import type { drawPicture } from '../usecases/picture/draw-picture.js'
import type { RingReceipt } from '../usecases/ring/ring-sessions.js'
import type { escalate } from '../usecases/standby/escalate.js'
import type { gatherRoom } from '../usecases/status/gather-room.js'
import type { StatusContext, StatusInput } from '../usecases/status/status-input.js'
import type { watchChannel } from '../usecases/status/watch-channel.js'
import type { whereAmI } from '../usecases/status/where-am-i.js'
import type { readTimeline } from '../usecases/timeline/read-timeline.js'

/** Whom a message may wake, and why. */
export interface Waking {
  readonly to: Addressed
  readonly messageId: string
  /** Somebody asked for it. */
  readonly asked: boolean
  readonly asks: boolean
  readonly urgent: boolean
}

/**
 * What agents do all day, for a plugin that lets them do it in another way than by commands: the use cases, and the texts that
 * rally's own commands print of them. Loaded when it is asked for.
 */
export interface RoomOperations {
  readonly acceptHandoff: typeof acceptHandoff
  readonly ackInbox: typeof ackInbox
  readonly ackMessage: typeof ackMessage
  readonly addressReply: typeof addressReply
  readonly claimFiles: typeof claimFiles
  readonly countUnread: typeof countUnread
  readonly drawPicture: typeof drawPicture
  readonly escalate: typeof escalate
  readonly findMessage: typeof findMessage
  readonly findRecord: typeof findRecord
  readonly gatherRoom: typeof gatherRoom
  readonly listClaims: typeof listClaims
  readonly listHandoffs: typeof listHandoffs
  readonly openQuestions: typeof openQuestions
  readonly parseReference: typeof parseReference
  readonly readInbox: typeof readInbox
  readonly readMessages: typeof readMessages
  readonly readTimeline: typeof readTimeline
  readonly releaseFiles: typeof releaseFiles
  readonly say: typeof say
  readonly settleHandoff: typeof settleHandoff
  readonly watchChannel: typeof watchChannel
  readonly whereAmI: typeof whereAmI
  /** Rally's own folder for what survives a restart; absolute. It may not be there yet. */
  readonly stateFolder: string
  /** How the hooks of each host stand in this room's repository, by the host's id. */
  readHooks(ctx: RoomContext): Promise<Readonly<Record<string, HookState>>>
  /** Who may see first lines of prompts in this room. */
  readPrompts(ctx: RoomContext): Promise<StatusInput['prompts']>
  /** What the configuration says of the full-screen view; a key that is not there was not said. */
  readTop(ctx: RoomContext): Promise<NonNullable<Configuration['top']>>
  /** Rings whom a message is for, where that was asked for or the configuration says so; null where it was not. */
  wake(ctx: SessionContext, waking: Waking): Promise<readonly RingReceipt[] | null>
  /** How far messages may ring in this room. */
  readWake(ctx: SessionContext): Promise<WakeWord>
  /** Numbers of messages in the room by their ids. */
  messageNumbers(ctx: RoomContext): Promise<ReadonlyMap<string, number>>
  /** Seconds of `30m`, `2h`. Throws USAGE for what is no length of time. */
  parseLength(text: string): number
  readonly texts: {
    /** The room in at most so many lines; `now` in epoch seconds. */
    picture(picture: RoomPicture, options: { readonly now: number; readonly maxLines: number }): string
    /** One message in full, every line of it marked as somebody else's. */
    message(
      message: ReadMessage,
      options: { readonly now: number; readonly numbers: ReadonlyMap<string, number> },
    ): string
    /** Who will hear it and when, as the end of a sentence. */
    hearers(recipients: readonly Hearer[]): string
    rings(rings: readonly RingReceipt[]): string
    claimed(answer: ClaimAnswer & { readonly claimed: true }, asking: string): string
    claims(
      claims: readonly ClaimReport[],
      options: { readonly now: number; readonly sessionId: string | undefined },
    ): string
    handoffs(ctx: StatusContext, handoffs: readonly Handoff[]): Promise<string>
    /** One line of plain text; text of a peer in quotation marks, cut. */
    line(text: string): string
    quote(text: string, max?: number): string
  }
  /** The refusal of a claim: who holds the files, why, until when. */
  claimRefusal(answer: ClaimAnswer & { readonly claimed: false }): Error
}
