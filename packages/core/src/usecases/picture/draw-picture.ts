import type { Presence } from '../../model/presence.js'
import type { PictureQuestion, RoomPicture } from '../../model/room-picture.js'
import type { InFlight } from '../../moments/in-flight.js'
import type { GivenWarning, PromptNote } from '../../ports/activity.js'
import { obj, str, text } from '../../readers.js'
import { openEscalations } from '../../rules/log/open-matters.js'
import { describeAgent, orderAgents } from '../../rules/picture/describe-agent.js'
import { editsOfSessions } from '../../rules/picture/edits-of-sessions.js'
import type { SessionFacts } from '../../rules/picture/facts.js'
import { findRoomCollisions } from '../../rules/picture/find-room-collisions.js'
import { judgePicture } from '../../rules/picture/judge-picture.js'
import { hostCompany } from '../../rules/presence/host-company.js'
import { isReaderStub, judgeLife, lastSeen } from '../../rules/presence/life.js'
import { isPerson, personName } from '../../rules/roster/person.js'
import { isBlocking, readVerdicts } from '../../rules/status/read-verdicts.js'
import { summarizeTaskHealth } from '../../rules/task/task-health.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import { epochOf } from '../../rules/text/recency.js'
import type { RoomFacts } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/read-status.js'
import { newestMessages } from './newest-messages.js'

/** What hooks of this machine know, read once. */
export interface ActivityFacts {
  readonly inFlight: readonly InFlight[]
  readonly prompts: ReadonlyMap<string, PromptNote>
  readonly warnings: readonly GivenWarning[]
}

export const NO_ACTIVITY: ActivityFacts = { inFlight: [], prompts: new Map(), warnings: [] }

export interface PictureFacts {
  readonly room: RoomFacts
  readonly activity: ActivityFacts
  /** The last few messages of the room. */
  readonly messages: readonly unknown[]
  /** Branch of the folder that was asked from; null where it cannot be told. */
  readonly branch: string | null
  /** Name of this machine. */
  readonly machine: string | null
  /** Claimed patterns by session id. */
  readonly claims: ReadonlyMap<string, readonly string[]>
}

export interface PictureInput extends StatusInput {
  /** Files that rally itself wrote into the repository, relative to it. */
  readonly ownFiles?: readonly string[] | undefined
  /** Who may see first lines of prompts; default: people. */
  readonly prompts?: 'person' | 'agents' | 'off' | undefined
}

/** The room picture from facts gathered before, at the present moment. Nothing is read, nothing is written. */
export function drawPicture(ctx: StatusContext, facts: PictureFacts, input: PictureInput = {}): RoomPicture {
  const now = ctx.clock.now()
  const asks = ctx.session !== undefined && !isPerson(ctx.session) ? ctx.session : undefined
  const everybody = describeSessions(ctx, facts, now)
  const escalations = openEscalations(facts.room.room)
  const nameOf = namesOf(everybody)
  const warned = warnedByPath(facts.activity.warnings)
  const collisions = findRoomCollisions(everybody, { now, caseInsensitive: false, warned })
  const showsPrompts = input.prompts !== 'off' && (asks === undefined || input.prompts === 'agents')
  const agents = everybody
    .filter(({ isPerson }) => !isPerson)
    .map((session) =>
      describeAgent(session, {
        now,
        selfId: ctx.session?.sessionId,
        children: everybody.filter(
          (other) => other.life === 'live' && other.presence.parent === session.presence.session_id,
        ).length,
        showsPrompts,
      }),
    )
  const verdict = judgePicture({
    now,
    escalations: escalations.map(({ row }) => ({
      from: nameOf(str(obj(row.payload).session_id), str(row.tool)),
      reason: str(obj(row.payload).reason),
      since: epochOf(row.ts) ?? null,
    })),
    verdicts:
      facts.room.coordination === undefined ? [] : readVerdicts(facts.room.coordination.text).filter(isBlocking),
    health: asks === undefined ? undefined : healthOf(facts, input, { now, sessionId: asks.sessionId }),
    collisions,
    agents,
    claimsEdited: [],
    outside: asks === undefined ? [] : changedOutside(facts, everybody, input, asks.sessionId),
    changesUnknown: asks !== undefined && facts.room.dirty.unknown,
  })
  const inTrouble = new Set([
    ...collisions
      .filter(({ kind }) => kind === 'same-tree')
      .flatMap(({ sessions }) => sessions.map((one) => one.session_id)),
    ...verdict.because.flatMap(({ session }) => session ?? []),
  ])
  return {
    room: {
      app: ctx.channel.app,
      branch: facts.branch,
      repo_root: ctx.channel.repoRoot ?? null,
      machine: facts.machine,
      revision: facts.room.revision,
      at: now,
    },
    verdict,
    agents: orderAgents(agents, inTrouble),
    collisions,
    questions: questionsOf(facts.room, nameOf),
    messages: newestMessages(facts.messages, nameOf),
    people: everybody
      .filter((one) => one.isPerson)
      .map(({ name, presence, claims }) => ({ name, session_id: presence.session_id, open: claims.length }))
      .filter(({ open }) => open > 0),
  }
}

function describeSessions(ctx: StatusContext, facts: PictureFacts, now: number): SessionFacts[] {
  const sessions = facts.room.sessions.filter((presence) => !isReaderStub(presence))
  const company = hostCompany(facts.room.sessions)
  const edits = editsOfSessions(sessions, facts.activity.inFlight)
  return sessions.map((presence) => {
    const own = edits.get(presence.session_id) ?? []
    const lastEdit = Math.max(0, ...own.map((entry) => (entry.announced === true ? 0 : entry.last)))
    // An announced edit is a sign of life that the record may not have yet.
    const seen = Math.max(lastSeen(presence), Math.min(lastEdit, now))
    const life = judgeLife({ ...presence, last_seen: seen }, { now, hostProcess: ctx.hostProcess, company })
    return {
      presence,
      name: nameOfSession(presence),
      life,
      lastAction: Math.min(seen, now),
      isPerson: isPerson(presence),
      edits: own,
      prompt: facts.activity.prompts.get(presence.session_id),
      unread: null,
      claims: facts.claims.get(presence.session_id) ?? [],
      asks: false,
    }
  })
}

function nameOfSession(presence: Presence): string {
  return text(presence.name) ?? personName(presence.session_id) ?? presence.session_id
}

export type NameOf = (sessionId: string, tool: string) => string

/** The name of a session, of one that is not here any more its tool. */
function namesOf(sessions: readonly SessionFacts[]): NameOf {
  const names = new Map(sessions.map(({ presence, name }) => [presence.session_id, name]))
  return (sessionId, tool) =>
    cleanLine(names.get(sessionId) ?? personName(sessionId) ?? (tool || sessionId || 'unknown'))
}

function warnedByPath(warnings: readonly GivenWarning[]): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>()
  for (const { path, sessionId } of warnings) byPath.set(path, (byPath.get(path) ?? new Set()).add(sessionId))
  return byPath
}

function healthOf(facts: PictureFacts, input: PictureInput, { now, sessionId }: { now: number; sessionId: string }) {
  return summarizeTaskHealth(facts.room.heartbeats, {
    now,
    sessionId,
    expectedRef: input.taskRef,
    graceSeconds: input.graceSeconds,
  })
}

/**
 * Changed files that the asking agent does not own. A file that a live session has in flight is that session's, and rally's
 * own files are nobody's work.
 */
function changedOutside(
  facts: PictureFacts,
  sessions: readonly SessionFacts[],
  input: PictureInput,
  selfId: string,
): string[] {
  const self = sessions.find(({ presence }) => presence.session_id === selfId)
  const held = new Set(
    sessions.filter(({ life }) => life === 'live').flatMap(({ edits }) => edits.map(({ path }) => path)),
  )
  const own = [...(input.ownedFiles ?? []), ...(input.filesInFlight ?? []), ...(input.ownFiles ?? [])]
  for (const { path } of self?.edits ?? []) held.add(path)
  return facts.room.dirty.files.filter(
    (file) => !held.has(file) && !own.some((one) => one === file || (one.endsWith('/') && file.startsWith(one))),
  )
}

function questionsOf(room: RoomFacts, nameOf: NameOf): PictureQuestion[] {
  const escalations = openEscalations(room.room).map(({ row, event_id, revision }): PictureQuestion => {
    const payload = obj(row.payload)
    return {
      id: event_id ?? String(revision ?? ''),
      number: revision,
      kind: 'escalation',
      from: nameOf(str(payload.session_id), str(row.tool)),
      to: 'all',
      text: cleanLine(str(payload.reason)),
      since: epochOf(row.ts) ?? null,
      answer_with: `rally escalate --acknowledges ${revision ?? event_id} --reason "…"`,
    }
  })
  const handoffs = room.room.handoffs
    .filter(({ resolved_by }) => resolved_by === null)
    .map((handoff): PictureQuestion => {
      return {
        id: handoff.event_id ?? String(handoff.revision ?? ''),
        number: handoff.revision,
        kind: 'handoff',
        from: nameOf(handoff.session_id, handoff.tool),
        to: cleanLine(handoff.to),
        text: cleanLine(handoff.subject),
        since: epochOf(handoff.ts) ?? null,
        answer_with: 'rally status',
      }
    })
  return [...escalations, ...handoffs]
}
