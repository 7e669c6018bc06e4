import type { Moment } from '@rally/core/model/moment'
import { carriesContext, gitLine, type NewsLine } from '@rally/core/moments'
import { RING_SENTENCE } from '@rally/core/rules/ring/ring-sentence'
import { promptLine } from '@rally/core/rules/text/prompt-line'
import { cleanUp } from '@rally/local/channel-files/clean-up'
import { readOwnWork, signWork } from '@rally/local/channel-files/inflight-log'
import type { PeerContext } from '@rally/local/channel-files/peers'
import { writePromptNote } from '@rally/local/channel-files/prompt-notes'
import { closeGate, prolongGates, removeOldGates } from '@rally/local/hook-files/gate-note'
import { findHostProcess } from '@rally/local/identity/host-process'
import { createMachine } from '@rally/local/identity/machine-id'
import { noteRoom, removeOldRooms } from '@rally/local/identity/session-rooms'
import { stateDir } from '@rally/local/system/user-dirs'
import type { ActInput, Step } from './act-input.js'
import { beginEdit } from './begin-edit.js'
import { lookAtBranch, noteGit } from './branch-look.js'
import { changeNews } from './change-news.js'
import { collectFaults } from './faults.js'
import { lookAtGit } from './git-look.js'
import { lookWhenIdle } from './idle-look.js'
import { keepPresence, keptRecord, type PresenceInput, presenceOf, treeOfWork } from './keep-presence.js'
import { endFormer, leave, leaveFromAfar } from './leave.js'
import { openGate } from './open-gate.js'
import { ensured, openSession, type Session } from './session.js'
import { isNewContext } from './tell.js'
import { hasMore, prepareTelling } from './telling.js'

/**
 * One moment from its session to its reply: claim, then look, then say, and only then note what was said and who is here.
 * Answers the code for the hook journal. A part that fails leaves the others working.
 */
export function* actMoment(input: ActInput): Generator<Step, string> {
  const { moment, now, write } = input
  const opened = openSession({ ...input, tool: input.adapter.id })
  const faults = collectFaults()
  if (typeof opened === 'string') {
    write({})
    if (opened === 'no-channel' && moment.name === 'session-end') faults.attempt(() => leaveFromOutside(input))
    return opened
  }
  if (isLeaving(moment)) {
    write({})
    faults.attempt(() => leave(opened, { now, env: input.env }))
    faults.attempt(() => closeGate(input.env, input.adapter.id, moment.sessionId))
    return faults.code ?? 'quiet'
  }
  const { stored } = opened
  // A session that has a record has been here before: its channel exists and is its repository's.
  if (stored === undefined) input.onEntry?.()
  const session = stored === undefined ? (faults.attempt(() => ensured(opened)) ?? opened) : opened
  if (stored === undefined) faults.attempt(() => noteRoom(stateDir(input.env), session.conversation, session.root))
  // What was told is to be told again, or is told to one of two writers.
  if (isNewContext(moment) || session.isShared || moment.name === 'session-start')
    faults.attempt(() => closeGate(input.env, input.adapter.id, moment.sessionId))
  if (isNewConversation(input)) faults.attempt(() => endFormer(session, { now, env: input.env }))
  const ctx: PeerContext = { root: session.root, self: session.self, now }

  const edit = beginEdit(input, session, faults)
  if (edit !== undefined) yield 'claimed'
  const own = edit?.rooms.find((room) => room.session === session)
  const canSay = carriesContext(input.adapter.capabilities, moment.name) && moment.quiet !== true
  const branch = canSay
    ? faults.attempt(() => lookAtBranch(treeOfWork({ ...input, session, stored, files: own?.files }), session, ctx))
    : undefined
  const presence = { ...presenceOf(input, session), branchSeen: branch?.seen }
  // Except at an edit of a session that is known, whose record can wait until it was answered: who looks around has to be
  // in the room, or it takes a session that went before it in the same host process for a peer.
  const enters = own === undefined || stored === undefined
  if (enters) faults.attempt(() => keepRecord({ ...presence, files: own?.files }, input))
  const look = edit === undefined ? undefined : faults.attempt(() => edit.look())
  yield 'looked'

  const isOff = session.settings.collision === 'off'
  const { collisions = [], lines = [], drifts = [] } = isOff ? {} : (look ?? {})
  const git = isOff || moment.shell === undefined ? undefined : faults.attempt(() => gitLines(input, session, ctx))
  const moved = branch?.line === undefined ? [] : [branch.line]
  const changed = isOff ? [] : [...moved, ...(faults.attempt(() => changeNews(input, ctx, drifts)) ?? [])]
  faults.attempt(() => noteGit(moment, session, now))
  const told = {
    moment,
    capabilities: input.adapter.capabilities,
    session,
    ctx,
    collisions,
    lines: [...changed, ...(git ?? []), ...lines],
  }
  const telling = faults.attempt(() => prepareTelling(told))
  let written: boolean
  try {
    yield 'prepared'
    written = write(telling?.reply ?? {}, telling?.about)
    yield 'written'
    if (written) faults.attempt(() => telling?.confirm())
  } finally {
    faults.attempt(() => telling?.end())
  }
  yield 'noted'

  if (moment.name === 'prompt') faults.attempt(() => notePrompt(input, session))
  // With something said the turn goes on.
  if (moment.name === 'turn-end' && telling?.reply.goOn === undefined) faults.attempt(() => lookWhenIdle(ctx))
  const denied = telling?.reply.deny !== undefined
  if (denied) faults.attempt(() => edit?.release())
  if (own !== undefined && (!enters || denied))
    faults.attempt(() => keepRecord({ ...presence, files: own.files, work: denied ? undefined : own.claimed }, input))
  const isOfOneRoom = edit === undefined ? isToolCall(moment) : own !== undefined && edit.rooms.length === 1
  if (isOfOneRoom && faults.code === undefined && written)
    faults.attempt(() => openGate(input, session, () => !hasMore(told)))
  if (moment.name === 'session-start' && cleanUp(session.root, { now, historyDays: session.settings.historyDays })) {
    faults.attempt(() => removeOldGates(input.env, now))
    faults.attempt(() => removeOldRooms(stateDir(input.env), now))
  }
  return faults.code ?? (written ? (telling?.code ?? 'quiet') : 'unwritten')
}

/**
 * A record that was written anew holds for the gate of every event. What the gate announced before gets its time now, or it would
 * look as new as what the gate announces later.
 */
function keepRecord(presence: PresenceInput, { env, adapter, now }: ActInput): void {
  if (keepPresence(presence) === 'as-it-was') return
  const { root, self, conversation } = presence.session
  signWork(root, self.sessionId, readOwnWork(root, self.sessionId, now))
  const record = keptRecord(root, self.sessionId)
  if (record !== undefined) prolongGates(env, adapter.id, conversation, record)
}

/**
 * A turn that ends for a reason ends the conversation while the program lives on: if it is taken up again it starts anew.
 * Left in the room it would be a peer of the conversation that follows it.
 */
function isLeaving({ name, source }: Moment): boolean {
  return name === 'session-end' || name === 'child-end' || (name === 'turn-end' && source !== undefined)
}

/** Before or after a tool; one that edits nothing speaks of no other room. */
function isToolCall({ name }: Moment): boolean {
  return name === 'before-edit' || name === 'after-edit'
}

/** Whether another conversation of the same process may have ended here. */
function isNewConversation({ moment, adapter }: ActInput): boolean {
  const isOne = adapter.conversations === 'one' && moment.hostPid !== undefined
  return isOne && moment.name === 'session-start' && moment.source !== 'compact'
}

function leaveFromOutside({ moment, env, now, hookPid }: ActInput): void {
  leaveFromAfar(moment, { now, env, hostProcess: () => findHostProcess({ named: moment.hostPid, hookPid }) })
}

function gitLines({ moment, machine, env }: ActInput, session: Session, ctx: PeerContext): NewsLine[] {
  return lookAtGit(moment, session, { ...ctx, host: machine, machine: createMachine(env).id }).map(gitLine)
}

/** What the person asked, for the picture. A prompt that nobody typed is no task. */
function notePrompt({ moment, now }: ActInput, { root, self, settings }: Session): void {
  // Nor is a ring what a person asked.
  const isRing = moment.prompt?.includes(RING_SENTENCE) === true
  if (settings.prompts === 'off' || moment.quiet === true || isRing) return
  const line = promptLine(moment.prompt ?? '')
  if (line !== undefined) writePromptNote(root, self.sessionId, { text: line, at: now })
}

export type { ActInput, Step }
