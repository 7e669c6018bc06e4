import type { Presence } from '../../model/presence.js'
import type { PictureQuestion, RoomPicture } from '../../model/room-picture.js'
import type { GivenWarning } from '../../ports/activity.js'
import { obj, str, text } from '../../readers.js'
import { indexFiles, outsideOf } from '../../rules/files/files-in-common.js'
import { isForTool } from '../../rules/inbox/make-message.js'
import { openEscalations } from '../../rules/log/open-matters.js'
import { orderAgents } from '../../rules/picture/describe-agent.js'
import { describeSessions } from '../../rules/picture/describe-sessions.js'
import { drawAgents } from '../../rules/picture/draw-agents.js'
import type { NameOf, SessionFacts } from '../../rules/picture/facts.js'
import { findRoomCollisions } from '../../rules/picture/find-room-collisions.js'
import { judgePicture, YOU } from '../../rules/picture/judge-picture.js'
import { isKin } from '../../rules/presence/family.js'
import { isInFlight } from '../../rules/presence/in-flight.js'
import { isSameTree } from '../../rules/presence/same-tree.js'
import { isPerson, personName } from '../../rules/roster/person.js'
import { shownId } from '../../rules/roster/shown-names.js'
import { isBlocking, readVerdicts } from '../../rules/status/read-verdicts.js'
import { summarizeTaskHealth } from '../../rules/task/task-health.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import { epochOf } from '../../rules/text/recency.js'
import type { RoomFacts } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/status-input.js'
import { newestMessages } from './newest-messages.js'

/** The room picture from facts gathered before, at the present moment. Nothing is read, nothing is written. */
export function drawPicture(ctx: StatusContext, facts: RoomFacts, input: StatusInput = {}): RoomPicture {
  const now = ctx.clock.now()
  const asks = ctx.session !== undefined && !isPerson(ctx.session) ? ctx.session : undefined
  const escalations = openEscalations(facts.room)
  const asking = new Set([
    ...facts.asks.map(({ session_id }) => session_id),
    ...escalations.map(({ row }) => str(obj(row.payload).session_id)),
  ])
  const everybody = describeSessions(
    { ...facts, inFlight: facts.activity.inFlight, prompts: facts.activity.prompts, asking },
    { now, hostProcess: ctx.hostProcess },
  )
  const nameOf = namesOf(everybody)
  const warned = warnedByPath(facts.activity.warnings)
  const collisions = findRoomCollisions(everybody, { now, caseInsensitive: false, warned })
  // Whoever cannot be told from an agent is taken for one.
  const isForPerson = ctx.session !== undefined && asks === undefined
  const showsPrompts = input.prompts !== 'off' && (isForPerson || input.prompts === 'agents')
  const askYou = askersOf(ctx.session, facts.asks, isForPerson ? escalations : [])
  const agents = drawAgents(everybody, {
    now,
    selfId: ctx.session?.sessionId,
    showsPrompts,
    left: facts.activity.left,
  }).map((agent) => (agent.state === 'asks' && askYou.has(agent.session_id) ? { ...agent, asks_you: true } : agent))
  const verdict = judgePicture({
    now,
    escalations: escalations.map(({ row }) => ({
      from: nameOf(str(obj(row.payload).session_id), str(row.tool)),
      reason: str(obj(row.payload).reason),
      isForYou: isForPerson,
      since: epochOf(row.ts) ?? null,
    })),
    verdicts: facts.coordination === undefined ? [] : readVerdicts(facts.coordination.text).filter(isBlocking),
    health: asks === undefined ? undefined : healthOf(facts, input, { now, sessionId: asks.sessionId }),
    collisions,
    agents,
    claimsEdited: [
      ...claimsEdited(everybody, now),
      ...(asks === undefined ? [] : ownEdited(everybody, input, asks.sessionId)),
    ],
    outside: asks === undefined ? [] : changedOutside(facts, everybody, input, asks.sessionId),
    changesUnknown: asks !== undefined && facts.dirty.unknown,
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
      machine: ctx.session?.host ?? null,
      revision: facts.revision,
      at: now,
    },
    verdict,
    agents: orderAgents(agents, inTrouble),
    collisions,
    questions: questionsOf(facts, nameOf),
    messages: newestMessages(facts.lastMessages, { nameOf, changes: facts.room.changes }),
    people: everybody
      .filter((one) => one.isPerson)
      .map(({ name, presence, claims }) => ({
        name,
        session_id: str(presence.session_id, 'unknown'),
        open: claims.length,
      }))
      .filter(({ open }) => open > 0),
  }
}

/** Who waits for an answer of whoever looks: an escalation waits for people, a question for whom it names. */
function askersOf(
  you: StatusContext['session'],
  asks: RoomFacts['asks'],
  escalations: ReturnType<typeof openEscalations>,
): ReadonlySet<string> {
  if (you === undefined) return new Set()
  const isYours = ({ to, to_session_id }: RoomFacts['asks'][number]): boolean =>
    to_session_id === null ? isForTool(to, you.tool) : to_session_id === you.sessionId
  const askers = [
    ...asks.filter(isYours).map(({ session_id }) => session_id),
    ...escalations.map(({ row }) => str(obj(row.payload).session_id)),
  ]
  return new Set(askers.filter((id) => id !== you.sessionId))
}

/** The name of a session, of one that is not here any more its tool. */
function namesOf(sessions: readonly SessionFacts[]): NameOf {
  const names = new Map(sessions.map(({ presence, name }) => [presence.session_id, name]))
  return (sessionId, tool) =>
    cleanLine(names.get(sessionId) ?? personName(sessionId) ?? (tool || shownId(sessionId) || 'unknown'))
}

/** Files that one session claimed (claims that hold, of whoever) and a live one edits that is not its family. */
function claimsEdited(
  sessions: readonly SessionFacts[],
  now: number,
): { path: string; holder: string; editor: string }[] {
  const holders = sessions.filter(({ claims }) => claims.length > 0)
  const editors = sessions.filter(({ life }) => life === 'live')
  return editors.flatMap((editor) =>
    editor.edits
      .filter((entry) => isInFlight(entry, now))
      .flatMap(({ path }) =>
        holders
          .filter((holder) => holder !== editor && !isKin(kinOf(holder.presence), kinOf(editor.presence)))
          .filter((holder) => names(holder.claims, path) && !names(editor.claims, path))
          .map((holder) => ({ path, holder: holder.name, editor: editor.name })),
      ),
  )
}

/** Whether claims (files, folders, globs) name a file; who shares it is no stranger to it. */
function names(claims: readonly string[], path: string): boolean {
  return claims.length > 0 && indexFiles(claims).meeting(path).length > 0
}

/** Files that the asking agent says it owns, and somebody in the same working tree edits. */
function ownEdited(
  sessions: readonly SessionFacts[],
  { ownedFiles = [], filesInFlight = [] }: StatusInput,
  selfId: string,
): { path: string; holder: string; editor: string }[] {
  const owned = indexFiles([...ownedFiles, ...filesInFlight])
  const self = sessions.find(({ presence }) => presence.session_id === selfId)
  const tree = text(self?.presence.worktree)
  const own = { worktree: tree ?? null, tree: text(self?.presence.worktree_id) }
  const others = sessions
    .filter(({ presence, life }) => life === 'live' && presence.session_id !== selfId)
    .filter(({ presence }) => !isKin({ sessionId: selfId, parent: self?.presence.parent }, kinOf(presence)))
  return others.flatMap(({ name, edits, claims }) => [
    ...edits
      .filter(
        (entry) =>
          owned.meeting(entry.path).length > 0 &&
          (tree === undefined || entry.worktree === null || isSameTree(entry, own)),
      )
      .map(({ path }) => ({ path, holder: YOU, editor: name })),
    ...filesInFlight.filter((path) => names(claims, path)).map((path) => ({ path, holder: name, editor: YOU })),
  ])
}

function kinOf(presence: Presence) {
  return { sessionId: presence.session_id, parent: presence.parent }
}

function warnedByPath(warnings: readonly GivenWarning[]): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>()
  for (const { path, sessionId } of warnings) byPath.set(path, (byPath.get(path) ?? new Set()).add(sessionId))
  return byPath
}

function healthOf(facts: RoomFacts, input: StatusInput, { now, sessionId }: { now: number; sessionId: string }) {
  return summarizeTaskHealth(facts.heartbeats, {
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
  facts: RoomFacts,
  sessions: readonly SessionFacts[],
  input: StatusInput,
  selfId: string,
): string[] {
  const held = sessions
    .filter(({ life, presence }) => life === 'live' || presence.session_id === selfId)
    .flatMap(({ edits }) => edits.map(({ path }) => path))
  const { ownedFiles = [], filesInFlight = [], ownFiles = [] } = input
  return outsideOf([...held, ...ownedFiles, ...filesInFlight, ...ownFiles], facts.dirty.files)
}

function questionsOf({ room, asks }: RoomFacts, nameOf: NameOf): PictureQuestion[] {
  const escalations = openEscalations(room).map(({ row, event_id, revision }): PictureQuestion => {
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
  const asked = asks.map(({ id, revision, session_id, tool, to, to_session_id, text: words, ts }): PictureQuestion => {
    return {
      id,
      number: revision,
      kind: 'ask',
      from: nameOf(session_id, tool),
      to: to_session_id === null ? cleanLine(to) : nameOf(to_session_id, to),
      text: cleanLine(words),
      since: ts,
      answer_with: `rally reply ${revision ?? id} "…"`,
    }
  })
  const handoffs = room.handoffs
    .filter(({ resolved_by }) => resolved_by === null)
    .map((handoff): PictureQuestion => {
      // Once it was taken it waits for whoever took it.
      const whom = handoff.taker ?? handoff.to_session_id
      return {
        id: handoff.event_id ?? String(handoff.revision ?? ''),
        number: handoff.revision,
        kind: 'handoff',
        from: nameOf(handoff.session_id, handoff.tool),
        to: whom === null ? cleanLine(handoff.to) : nameOf(whom, handoff.to),
        text: cleanLine(handoff.subject),
        since: epochOf(handoff.ts) ?? null,
        answer_with:
          handoff.accepted_by === null
            ? `rally handoff accept ${handoff.revision ?? handoff.event_id}`
            : `rally handoff done ${handoff.revision ?? handoff.event_id}`,
      }
    })
  return [...escalations, ...asked, ...handoffs]
}
