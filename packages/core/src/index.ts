/**
 * The entry for other programs: what somebody can do in a room, the shapes of what is said there, and the ports that a room
 * needs. `docs/how-to/use-as-a-library.md` shows a complete program.
 *
 * Every operation takes a `SessionContext` (a room and who acts in it) or a `RoomContext`; `openRoom` of `@rally/local` makes
 * one for the files of this machine. Failures are RallyErrors, told apart by `code`.
 */

// The operations under the names that users of the existing system know.

export { summarizeTaskHealth } from './rules/task-health.js'
export { announcePresence as writePresence } from './usecases/announce-presence.js'
export { checkpointRead } from './usecases/checkpoint-read.js'
export { postRecord as post } from './usecases/post-record.js'
export { reportHeartbeat as writeHeartbeat } from './usecases/report-heartbeat.js'
export { resolveChannel as resolve } from './usecases/resolve-channel.js'

// What else can be done in a room.

export { ackInbox } from './usecases/ack-inbox.js'
export { buildRoster } from './usecases/build-roster.js'
export { claimLead } from './usecases/claim-lead.js'
export { cleanUp } from './usecases/clean-up.js'
export { escalate } from './usecases/escalate.js'
export { findDueWakes } from './usecases/find-due-wakes.js'
export { findOpenHandoffs } from './usecases/find-open-handoffs.js'
export { handOff } from './usecases/hand-off.js'
export { leaveRoom } from './usecases/leave-room.js'
export { postStatus } from './usecases/post-status.js'
export { countUnread, readInbox } from './usecases/read-inbox.js'
export { readLead } from './usecases/read-lead.js'
export { readStatus } from './usecases/read-status.js'
export { findStatusPointer } from './usecases/read-status-pointer.js'
export { relinquishLead } from './usecases/relinquish-lead.js'
export { renewLead } from './usecases/renew-lead.js'
export { retractRecord } from './usecases/retract-record.js'
export { standBy } from './usecases/stand-by.js'
export { transferLead } from './usecases/transfer-lead.js'
export { wake } from './usecases/wake.js'
export { watchChannel } from './usecases/watch-channel.js'
export { writeInbox } from './usecases/write-inbox.js'

// What the operations take and answer.

export type { TaskHealth, TaskHealthWord } from './rules/task-health.js'
export type { Acknowledged } from './usecases/ack-inbox.js'
export type { PresenceInput } from './usecases/announce-presence.js'
export type { RosterContext, RosterInput, RosterReport } from './usecases/build-roster.js'
export type { Checkpoint, CheckpointInput, Reaction } from './usecases/checkpoint-read.js'
export type { Claim, ClaimInput } from './usecases/claim-lead.js'
export type { RoomContext, SessionContext } from './usecases/context.js'
export type { Escalated, Escalation } from './usecases/escalate.js'
export type { DueWake } from './usecases/find-due-wakes.js'
export type { OpenHandoff, OpenHandoffQuery } from './usecases/find-open-handoffs.js'
export type { HandoffInput, HandoffResult } from './usecases/hand-off.js'
export type { Departure } from './usecases/leave-room.js'
export type { Posted, PostInput } from './usecases/post-record.js'
export type { StatusPost } from './usecases/post-status.js'
export type { InboxCounts, InboxReading, ReadMessage } from './usecases/read-inbox.js'
export type { LeadReport } from './usecases/read-lead.js'
export type { StatusInput, StatusReport } from './usecases/read-status.js'
export type { PostedPointer } from './usecases/read-status-pointer.js'
export type { Relinquishment } from './usecases/relinquish-lead.js'
export type { Renewal } from './usecases/renew-lead.js'
export type { HeartbeatReport } from './usecases/report-heartbeat.js'
export type { RetractInput, Retraction } from './usecases/retract-record.js'
export type { Sent } from './usecases/send-message.js'
export type { StandbyInput, StoodBy } from './usecases/stand-by.js'
export type { Successor, Transfer } from './usecases/transfer-lead.js'
export type { StateChanged, WakeDue, WatchEvent, WatchInput } from './usecases/watch-channel.js'
export type { InboxWrite, SenderContext } from './usecases/write-inbox.js'

// What is said: a schema and its type each.

export { type AckCursor, ackCursorSchema } from './model/ack-cursor.js'
export { type ChangeRecord, changeRecordSchema, type RecordDraft, recordDraftSchema } from './model/change-record.js'
export { type Channel, channelSchema } from './model/channel.js'
export { type Configuration, configurationSchema, repositoryConfigurationSchema } from './model/configuration.js'
export { type Lease, leaseSchema } from './model/lease.js'
export { type InboxMessage, inboxMessageSchema } from './model/message.js'
export { type LogCursor, type Presence, presenceSchema } from './model/presence.js'
export { type HandoffRejection, handoffRejectionSchema } from './model/rejection.js'
export type { RunIdentity } from './model/run-identity.js'
export { type SessionIdentity, sessionIdentitySchema } from './model/session-identity.js'
export { type TaskHeartbeat, taskHeartbeatSchema } from './model/task-heartbeat.js'
export { HEARTBEAT_STATUSES, type HeartbeatStatus } from './rules/heartbeat-statuses.js'

// What a room needs from outside, and how it fails.

export { type ErrorCode, EXIT, type ExitCode, isRallyError, RallyError } from './errors.js'
export type { ChannelDiscovery } from './ports/channel-discovery.js'
export type { Clock, Ids } from './ports/clock.js'
export type { ConfigurationPort } from './ports/configuration.js'
export type { CoordinationPort } from './ports/coordination.js'
export type { HookInspection, HookState } from './ports/hook-inspection.js'
export type { HostAdapter, HostAdapterFactory, Hosts } from './ports/host.js'
export type { IdentityClues, IdentityPort } from './ports/identity.js'
export type { ProducerMetadata } from './ports/producer.js'
export type { BranchFacts, RepositoryPort } from './ports/repository.js'
export type { RunIdentityPort } from './ports/run-identity.js'
export type * from './ports/transport.js'
export { TOKENS } from './tokens.js'
