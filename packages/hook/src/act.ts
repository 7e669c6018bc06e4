import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { HostAdapter } from '@rally/core/ports/host'
import { ensureChannel } from '@rally/local/discovery/ensure-channel'
import { cleanUp } from '@rally/local/hot/clean-up'
import type { PeerContext } from '@rally/local/hot/peers'
import { readPresence } from '@rally/local/hot/presence-file'
import type { Env } from '@rally/local/system/user-dirs'
import { claimFiles, filesOf, lookAround, releaseFiles } from './edit.js'
import { collectFaults } from './faults.js'
import { keepPresence } from './keep-presence.js'
import { leave } from './leave.js'
import { openSession, type Session } from './session.js'
import { prepareTelling } from './telling.js'

export interface ActInput {
  readonly moment: Moment
  readonly adapter: Pick<HostAdapter, 'id' | 'capabilities'>
  readonly env: Env
  /** Epoch seconds. */
  readonly now: number
  /** Name of this machine; asked only when it matters. */
  readonly machine: () => string
  /** This process. */
  readonly hookPid: number
  /** Hands the reply to the host; false when it could not be written. Called exactly once. */
  readonly write: (reply: MomentReply) => boolean
}

/** Between these steps other hooks may do anything; tests interleave them. */
export type Step = 'claimed' | 'looked' | 'prepared' | 'written' | 'noted'

/**
 * One moment from its session to its reply: claim, then look, then say, and only then note what was said and who is here.
 * Answers the code for the hook journal. A part that fails leaves the others working.
 */
export function* actMoment(input: ActInput): Generator<Step, string> {
  const { moment, now, write } = input
  const opened = openSession(moment, input.adapter.id, input.env)
  if (typeof opened === 'string') {
    write({})
    return opened
  }
  const faults = collectFaults()
  if (isLeaving(moment)) {
    write({})
    faults.attempt(() => leave(opened, { now, env: input.env }))
    return faults.code ?? 'quiet'
  }
  const stored = readPresence(opened.root, opened.self.sessionId)
  // A session that has a record has been here before: its channel exists and is its repository's.
  const session = stored === undefined ? (faults.attempt(() => ensured(opened)) ?? opened) : opened
  const ctx: PeerContext = { root: session.root, self: session.self, machine: input.machine, now }

  const files = filesOf(moment, session)
  if (files !== undefined) {
    faults.attempt(() => claimFiles(session, files, { now, stored }))
    yield 'claimed'
  }
  const presence = { ...input, session, stored }
  // Except at an edit of a session that is known, whose record can wait until it was answered: who looks around has to be
  // in the room, or it takes a session that went before it in the same host process for a peer.
  const enters = files === undefined || stored === undefined
  if (enters) faults.attempt(() => keepPresence({ ...presence, isEdit: files !== undefined }))
  const look = files === undefined ? undefined : faults.attempt(() => lookAround(ctx, files))
  yield 'looked'

  const collisions = session.settings.collision === 'off' ? [] : (look?.collisions ?? [])
  const telling = faults.attempt(() =>
    prepareTelling({ moment, capabilities: input.adapter.capabilities, session, ctx, collisions }),
  )
  let written: boolean
  try {
    yield 'prepared'
    written = write(telling?.reply ?? {})
    yield 'written'
    if (written) faults.attempt(() => telling?.confirm())
  } finally {
    faults.attempt(() => telling?.end())
  }
  yield 'noted'

  const denied = telling?.reply.deny !== undefined
  if (denied && files !== undefined) faults.attempt(() => releaseFiles(session, files, { now, stored }))
  if (!enters || denied)
    faults.attempt(() => keepPresence({ ...presence, isEdit: true, own: denied ? undefined : look?.own }))
  if (moment.name === 'session-start') cleanUp(session.root, now)
  return faults.code ?? (written ? (telling?.code ?? 'quiet') : 'unwritten')
}

/**
 * A turn that ends for a reason ends the conversation while the program lives on: if it is taken up again it starts anew.
 * Left in the room it would be a peer of the conversation that follows it.
 */
function isLeaving({ name, source }: Moment): boolean {
  return name === 'session-end' || name === 'child-end' || (name === 'turn-end' && source !== undefined)
}

function ensured(session: Session): Session {
  const channel = ensureChannel(session.channel)
  return { ...session, channel, root: channel.dir }
}
