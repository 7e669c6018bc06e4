import type { Collision, Peer } from '@rally/core/moments'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { type OwnWork, readOwnWork } from '@rally/local/channel-files/inflight-log'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { createMachine } from '@rally/local/identity/machine-id'
import { noteRoom } from '@rally/local/identity/session-rooms'
import type { WorktreePath } from '@rally/local/repository/worktree-path'
import { stateDir } from '@rally/local/system/user-dirs'
import type { ActInput } from './act-input.js'
import { type Claim, claimFiles, filesOf, type Look, lookAround, releaseFiles } from './edit.js'
import type { Faults } from './faults.js'
import { keepPresence, presenceOf } from './keep-presence.js'
import { type Place, placesOf, usablePath } from './places.js'
import { ensured, type Session } from './session.js'

/** An edit in one room. */
interface RoomEdit {
  readonly session: Session
  readonly files: readonly WorktreePath[]
  readonly claim: Claim
  readonly claimed: OwnWork
}

/** An edit whose files are announced, in every room that one of them belongs to. */
export interface Edit {
  readonly rooms: readonly RoomEdit[]
  look(): Look
  /** Gives the files back: the edit was refused. */
  release(): void
}

/** Announces the files of an edit, before anybody else's are looked at. Undefined for what is no edit, or touches no repository. */
export function beginEdit(input: ActInput, session: Session, faults: Faults): Edit | undefined {
  const files = faults.attempt(() => filesOf(input.moment, session))
  if (files === undefined) return undefined
  const places = faults.attempt(() => placesOf(session, files, input.env)) ?? [{ session, files }]
  const rooms = places.flatMap((place) => {
    const isOwn = place.session === session
    if (place.files.length === 0) return []
    const room = isOwn ? place : { ...place, session: faults.attempt(() => entered(place, input)) ?? place.session }
    return [announced(room, input, faults)]
  })
  if (rooms.length === 0) return undefined
  for (const { session: other, files: touched, claimed } of rooms) {
    if (other !== session) {
      faults.attempt(() => keepPresence({ ...presenceOf(input, other), files: touched, work: claimed }))
    }
  }
  return {
    rooms,
    look() {
      const machine = createMachine(input.env)
      const looks = rooms.map(({ session: at, files: touched, claim, claimed }) => {
        const nameOf = (file: WorktreePath) => usablePath(file, session.self.worktree)
        const ctx = { root: at.root, self: at.self, now: input.now }
        const { collisions, ...look } = lookAround(ctx, touched, {
          claimed: claimed.own,
          before: claim.isAfter ? undefined : claim.before.all,
          isBegun: claim.isBegun,
          nameOf,
          host: input.machine,
          machine: machine.id,
        })
        const named = (one: Collision) => (at === session ? one : { ...one, peer: known(one.peer, at, session) })
        return { ...look, collisions: collisions.map(named) }
      })
      return {
        collisions: looks.flatMap(({ collisions }) => collisions),
        lines: looks.flatMap(({ lines }) => lines),
        drifts: looks.flatMap(({ drifts }) => drifts),
      }
    },
    release() {
      for (const { session: at, files: touched, claim } of rooms) releaseFiles(at, touched, claim)
    },
  }
}

/** Names are those of a room: of a session that is here too, its name here, of any other the room is told. */
function known(peer: Peer, at: Session, session: Session): Peer {
  const here = readPresence(session.root, peer.sessionId)?.name
  if (isSessionName(here)) return { ...peer, name: here }
  return peer.name === undefined ? peer : { ...peer, name: `${peer.name} (room ${at.channel.app})` }
}

/** A session that comes to the room of a file that is not its own repository's. */
function entered(place: Place, { env }: ActInput): Session {
  const { session } = place
  if (session.stored !== undefined) return session
  const there = ensured(session)
  noteRoom(stateDir(env), session.conversation, there.root)
  return there
}

function announced(
  { session, files }: Place,
  { adapter, moment, now, isBegun = false }: ActInput,
  faults: Faults,
): RoomEdit {
  const { root, self, settings } = session
  const nothing = { own: [], size: -1 }
  const claim = {
    now,
    before: faults.attempt(() => readOwnWork(root, self.sessionId, now, isBegun)) ?? nothing,
    isBegun,
    isAfter: moment.name === 'after-edit',
    byCommand: moment.shell !== undefined,
    ordered: settings.collision === 'deny' && adapter.capabilities.deny,
  }
  const claimed = faults.attempt(() => claimFiles(session, files, claim)) ?? claim.before
  return { session, files, claim, claimed }
}
