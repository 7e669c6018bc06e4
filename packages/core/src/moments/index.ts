export type { InFlight } from '../model/in-flight.js'
export { childSessionId, isKin } from '../rules/presence/family.js'
export { DENY_SECS, foldPath, IN_FLIGHT_SECS, isInFlight } from '../rules/presence/in-flight.js'
export { isSameTree, type Tree } from '../rules/presence/same-tree.js'
export type { ClaimHolder, ClaimNamed } from './claim-named.js'
export { type LostNamed, lostLine } from './claim-news.js'
export { type Collision, type CollisionKind, findCollisions, isOwnClaim } from './collisions.js'
export { type Composed, carriesContext, composeReply, type News } from './compose-reply.js'
export {
  announcedSince,
  type BranchMove,
  branchLine,
  changedBy,
  type Drift,
  driftLines,
  type FileChange,
} from './drift.js'
export { type FolderVerb, gitLine, inScope, type OthersWork, type TakenAlong } from './git-news.js'
export { createHostApi } from './host-api.js'
export { heedMarks } from './marks.js'
export { type Notice, type NoticeNews, noticeNews, noticesHeard } from './notices.js'
export {
  addressee,
  advanceBox,
  type BoxEntry,
  type BoxPage,
  isPressing,
  type Listener,
  type Pending,
  type PendingMessages,
  pendingMessages,
  withNumbers,
} from './pending.js'
export {
  announcedFiles,
  type HostProcess,
  type InFlightTimes,
  inFlightTimes,
  type PresenceFacts,
  planPresence,
} from './presence-plan.js'
export type { Peer, Self } from './room.js'
export { DEFAULT_BUDGET, type HookSettings, historyDaysOf, isSilenced, mergeHookSettings } from './settings.js'
export { recordTelling, type TellingFacts } from './telling-record.js'
export { type BoxTold, NOTHING_TOLD, type NoticesTold, newContext, parseTold, type Told } from './told.js'
export { isNewCollision, isNewLine, type NewsLine, type Warned, warnedOf } from './warned.js'
