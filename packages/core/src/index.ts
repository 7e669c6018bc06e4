/**
 * The entry for other programs: what somebody can do in a room, the shapes of what is said there, and the ports that a room
 * needs. `docs/how-to/use-as-a-library.md` shows a complete program.
 *
 * Every operation takes a `SessionContext` (a room and who acts in it) or a `RoomContext`; `openRoom` of `@rally/local` makes
 * one for the files of this machine. Failures are RallyErrors, told apart by `code`.
 */

// The operations under the names that users of the existing system know.

export { summarizeTaskHealth } from './rules/task/task-health.js'
export { postRecord as post } from './usecases/log/post-record.js'
export { announcePresence as writePresence } from './usecases/presence/announce-presence.js'
export { checkpointRead } from './usecases/status/checkpoint-read.js'
export { resolveChannel as resolve } from './usecases/status/resolve-channel.js'
export { reportHeartbeat as writeHeartbeat } from './usecases/task/report-heartbeat.js'

// What else can be done in a room.

export { claimFiles } from './usecases/claim/claim-files.js'
export { listClaims } from './usecases/claim/list-claims.js'
export { releaseFiles } from './usecases/claim/release-files.js'
export { findOpenHandoffs } from './usecases/handoff/find-open-handoffs.js'
export { handOff } from './usecases/handoff/hand-off.js'
export { ackInbox } from './usecases/inbox/ack-inbox.js'
export { countUnread, readInbox } from './usecases/inbox/read-inbox.js'
export { writeInbox } from './usecases/inbox/write-inbox.js'
export { claimLead } from './usecases/lead/claim-lead.js'
export { readLead } from './usecases/lead/read-lead.js'
export { relinquishLead } from './usecases/lead/relinquish-lead.js'
export { renewLead } from './usecases/lead/renew-lead.js'
export { transferLead } from './usecases/lead/transfer-lead.js'
export { retractRecord } from './usecases/log/retract-record.js'
export { cleanUp } from './usecases/presence/clean-up.js'
export { leaveRoom } from './usecases/presence/leave-room.js'
export { buildRoster } from './usecases/roster/build-roster.js'
export { escalate } from './usecases/standby/escalate.js'
export { findDueWakes } from './usecases/standby/find-due-wakes.js'
export { standBy } from './usecases/standby/stand-by.js'
export { wake } from './usecases/standby/wake.js'
export { postStatus } from './usecases/status/post-status.js'
export { readStatus } from './usecases/status/read-status.js'
export { findStatusPointer } from './usecases/status/read-status-pointer.js'
export { watchChannel } from './usecases/status/watch-channel.js'

// What the operations take and answer.

export type { TaskHealth } from './rules/task/task-health.js'
export type { ClaimAnswer, ClaimInput as FileClaimInput } from './usecases/claim/claim-files.js'
export type { ClaimReport } from './usecases/claim/list-claims.js'
export type { ReleaseAnswer, ReleaseInput } from './usecases/claim/release-files.js'
export type { RoomContext, SessionContext } from './usecases/context.js'
export type { OpenHandoff, OpenHandoffQuery } from './usecases/handoff/find-open-handoffs.js'
export type { HandoffInput, HandoffResult } from './usecases/handoff/hand-off.js'
export type { Acknowledged } from './usecases/inbox/ack-inbox.js'
export type { InboxCounts, InboxReading, ReadMessage } from './usecases/inbox/read-inbox.js'
export type { Sent } from './usecases/inbox/send-message.js'
export type { InboxWrite, SenderContext } from './usecases/inbox/write-inbox.js'
export type { Claim, ClaimInput } from './usecases/lead/claim-lead.js'
export type { LeadReport } from './usecases/lead/read-lead.js'
export type { Relinquishment } from './usecases/lead/relinquish-lead.js'
export type { Renewal } from './usecases/lead/renew-lead.js'
export type { Successor, Transfer } from './usecases/lead/transfer-lead.js'
export type { Posted, PostInput } from './usecases/log/post-record.js'
export type { RetractInput, Retraction } from './usecases/log/retract-record.js'
export type { PresenceInput } from './usecases/presence/announce-presence.js'
export type { Departure } from './usecases/presence/leave-room.js'
export type { RosterContext, RosterInput, RosterReport } from './usecases/roster/build-roster.js'
export type { Escalated, Escalation } from './usecases/standby/escalate.js'
export type { DueWake } from './usecases/standby/find-due-wakes.js'
export type { StandbyInput, StoodBy } from './usecases/standby/stand-by.js'
export type { Checkpoint, CheckpointInput, Reaction } from './usecases/status/checkpoint-read.js'
export type { StatusPost } from './usecases/status/post-status.js'
export type { StatusReport } from './usecases/status/read-status.js'
export type { FoundStatus, PostedPointer } from './usecases/status/read-status-pointer.js'
export type { StatusInput } from './usecases/status/status-input.js'
export type { StateChanged, WakeDue, WatchEvent, WatchInput } from './usecases/status/watch-channel.js'
export type { HeartbeatReport } from './usecases/task/report-heartbeat.js'

// What is said: a schema and its type each.

export { type AckCursor, ackCursorSchema } from './model/ack-cursor.js'
export { type ChangeRecord, changeRecordSchema, type RecordDraft, recordDraftSchema } from './model/change-record.js'
export { type Channel, channelSchema } from './model/channel.js'
export { type Configuration, configurationSchema, repositoryConfigurationSchema } from './model/configuration.js'
export type { HandoffOwnership } from './model/handoff-ownership.js'
export { HEARTBEAT_STATUSES, type HeartbeatStatus } from './model/heartbeat-statuses.js'
export { type Lease, leaseSchema } from './model/lease.js'
export { type InboxMessage, inboxMessageSchema } from './model/message.js'
export { type LogCursor, type Presence, presenceSchema } from './model/presence.js'
export { type HandoffRejection, handoffRejectionSchema } from './model/rejection.js'
export { type SessionIdentity, sessionIdentitySchema } from './model/session-identity.js'
export type { TaskHealthWord } from './model/task-healths.js'
export { type TaskHeartbeat, taskHeartbeatSchema } from './model/task-heartbeat.js'

// What a room needs from outside, and how it fails.

export { type ErrorCode, EXIT, type ExitCode, isRallyError, RallyError } from './errors.js'
export type * from './plugin-api/contributions.js'
export type * from './plugin-api/rally-api.js'
export type * from './ports/index.js'
export { TOKENS } from './tokens.js'
