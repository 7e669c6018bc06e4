import { RallyError, reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import { makeFolder } from '../system/make-folder.js'
import { ownerNote } from '../system/owner.js'
import { channelFolder } from './channel-folder.js'
import { claimMarker } from './claim-marker.js'
import { markerOf, withFormerPaths } from './marker.js'
import { placeChannel } from './place-channel.js'
import { slugOf } from './slug.js'

/** Two repositories of one name that start in the same instant need two rounds; more means that something is broken. */
const ROUNDS = 16

/**
 * Makes the folder of a channel exist and be this repository's; to be called before the first write of a process. The
 * folder is private to the user. Answers the channel to write to: another one than was asked for when a second repository
 * of the same name was quicker, so that two first writers never end up in one room.
 *
 * Where the room already is this repository's this costs one small read. A channel that somebody else resolved
 * (`AGENT_RALLY_DISCOVER`) or that was only listed gets no marker.
 * @throws RallyError CHANNEL_UNUSABLE, CHANNEL_ESCAPES
 */
export function ensureChannel(channel: Channel): Channel {
  try {
    if (!channel.commonDir || !channel.repoRoot) {
      makeFolder(channel.dir)
      return channel
    }
    return claim(channel, channel.commonDir, slugOf(channel.repoRoot))
  } catch (error) {
    if (error instanceof RallyError) throw error
    throw new RallyError(
      'CHANNEL_UNUSABLE',
      { dir: channel.dir, reason: reasonOf(error) + ownerNote(error) },
      { cause: error },
    )
  }
}

/**
 * As `ensureChannel`, for a transport that is open already and cannot change its folder any more: when a repository of the
 * same name was quicker, the command fails and finds its own room when it is run again.
 * @throws RallyError BUSY, CHANNEL_UNUSABLE, CHANNEL_ESCAPES
 */
export function ensureOpenChannel(channel: Channel): void {
  if (ensureChannel(channel).dir !== channel.dir) {
    throw new RallyError('BUSY', { what: `the first write to ${channel.app}` })
  }
}

function claim(channel: Channel, commonDir: string, slug: string): Channel {
  const taken: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const place = placeChannel(channel.appsRoot, slug, commonDir, { taken })
    if (place.held) return movedTo(channel, place.app, place.dir)
    makeFolder(place.dir)
    const dir = channelFolder(channel.appsRoot, place.app)
    if (claimMarker(dir, place.marker, withFormerPaths(markerOf(commonDir), place.marker)) === 'taken')
      taken.push(place.app)
  }
  throw new RallyError('CHANNEL_UNUSABLE', { dir: channel.dir, reason: 'its repository marker does not settle' })
}

function movedTo(channel: Channel, app: string, dir: string): Channel {
  if (channel.dir === dir) return channel
  return { ...channel, app, dir, legacyChannelDir: channel.legacyChannelDir === null ? null : dir }
}
