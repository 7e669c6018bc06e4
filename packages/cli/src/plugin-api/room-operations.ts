import type { RoomOperations } from '@rally/core/plugin-api/room-operations'
import { sentMessages } from '@rally/core/rules/inbox/sent-messages'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { claimFiles } from '@rally/core/usecases/claim/claim-files'
import { listClaims } from '@rally/core/usecases/claim/list-claims'
import { releaseFiles } from '@rally/core/usecases/claim/release-files'
import { listHandoffs } from '@rally/core/usecases/handoff/list-handoffs'
import { acceptHandoff, settleHandoff } from '@rally/core/usecases/handoff/settle-handoff'
import { ackInbox } from '@rally/core/usecases/inbox/ack-inbox'
import { ackMessage } from '@rally/core/usecases/inbox/ack-message'
import { addressReply } from '@rally/core/usecases/inbox/address-reply'
import { findMessage } from '@rally/core/usecases/inbox/find-message'
import { openQuestions } from '@rally/core/usecases/inbox/open-questions'
import { countUnread, readInbox } from '@rally/core/usecases/inbox/read-inbox'
import { readMessages } from '@rally/core/usecases/inbox/read-sent'
import { say } from '@rally/core/usecases/inbox/say'
import { findRecord, parseReference } from '@rally/core/usecases/log/find-record'
import { drawPicture } from '@rally/core/usecases/picture/draw-picture'
import { namesOfSessions } from '@rally/core/usecases/roster/names-of-authors'
import { escalate } from '@rally/core/usecases/standby/escalate'
import { gatherRoom } from '@rally/core/usecases/status/gather-room'
import { watchChannel } from '@rally/core/usecases/status/watch-channel'
import { whereAmI } from '@rally/core/usecases/status/where-am-i'
import { readTimeline } from '@rally/core/usecases/timeline/read-timeline'
import { stateDir } from '@rally/local/system/user-dirs'
import { readLength } from '../length-argument.js'
import { readPrompts } from '../prompts-setting.js'
import type { Rally } from '../rally.js'
import { PLAIN_STYLE, type Terminal } from '../terminal.js'
import { claimRefusal, claimText } from '../views/claim/claim.js'
import { claimsText } from '../views/claim/claims.js'
import { renderHandoffs, sessionsOf } from '../views/handoff/handoffs.js'
import { renderInbox } from '../views/inbox/inbox.js'
import { describeRings } from '../views/inbox/rings.js'
import { describeHearers } from '../views/inbox/sent.js'
import { renderPicture } from '../views/picture/picture.js'
import { quotePeer } from '../views/text/lines.js'
import { readWake, wakeRecipients } from '../wake.js'

/** Neither colour nor a width: a program reads it. */
const NO_TERMINAL: Terminal = { isTty: false, columns: undefined, style: PLAIN_STYLE }
const NONE_UNREAD = { direct: 0, broadcast: 0, total: 0 }

/** Use cases and texts for plugins (`RallyApi.operations`). */
export function createRoomOperations(rally: Rally): RoomOperations {
  return {
    ...{
      acceptHandoff,
      ackInbox,
      ackMessage,
      addressReply,
      claimFiles,
      claimRefusal,
      countUnread,
      drawPicture,
      escalate,
      findMessage,
    },
    ...{ findRecord, gatherRoom, listClaims, listHandoffs, openQuestions, parseReference, readInbox },
    ...{ readMessages, readTimeline, releaseFiles, say, settleHandoff, watchChannel, whereAmI },
    parseLength: (text) => readLength(text, '30m or 2h'),
    stateFolder: stateDir(rally.env),
    readHooks: ({ channel, workdir }) => rally.hookInspection.inspect(channel.worktree ?? channel.repoRoot ?? workdir),
    readPrompts: ({ channel }) => readPrompts(rally, channel),
    readTop: async ({ channel: { worktree, repoRoot } }) =>
      (await rally.configuration.read(worktree ?? repoRoot ?? undefined)).top ?? {},
    readWake: (ctx) => readWake(rally, ctx),
    wake: (ctx, waking) => wakeRecipients(rally, ctx, waking),
    async messageNumbers({ transport }) {
      const { messages } = await transport.log.project(sentMessages)
      return new Map(messages.map(({ id, number }) => [id, number]))
    },
    texts: {
      picture: (picture, options) => renderPicture(picture, { ...NO_TERMINAL, ...options }),
      message: (message, options) =>
        renderInbox({ messages: [message], omitted: 0, unread: NONE_UNREAD }, { ...NO_TERMINAL, ...options }),
      hearers: describeHearers,
      rings: describeRings,
      claimed: claimText,
      claims: (claims, { now, sessionId }) => claimsText(claims, { now, sessionId }),
      async handoffs({ transport, clock }, handoffs) {
        const names = await namesOfSessions({ transport }, sessionsOf(handoffs))
        return renderHandoffs(handoffs, { ...NO_TERMINAL, names, now: clock.now() })
      },
      line: cleanLine,
      quote: quotePeer,
    },
  }
}
