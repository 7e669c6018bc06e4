import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { channelFolder } from './channel-folder.js'
import {
  type FoundMarker,
  isHeldBy,
  isSameFolder,
  isStillThere,
  type Marker,
  markerOf,
  markerPath,
  readMarker,
} from './marker.js'

/** Which folder below the apps root is a repository's, and what its marker says. */
export interface Placement {
  readonly app: string
  /** Real path; may not exist yet. */
  readonly dir: string
  /** The marker names this repository at this path; otherwise a first writer has to claim the folder. */
  readonly held: boolean
  /** The marker as it was judged. */
  readonly marker: FoundMarker
}

export interface PlaceOptions {
  /** Channel names that turned out to be taken although their marker does not say so yet. */
  readonly taken?: readonly string[]
}

/** More repositories of one name than anybody has; beyond it names start to be tried twice. */
const ATTEMPTS = 8

/**
 * The room of a repository. The first repository of a name has `<slug>`, the folder in which the Python system looks too;
 * others get `<slug>-<8 hex>`. A repository keeps the room it has: when it is moved (same folder on disk) and when the
 * first one of its name goes away. A room whose repository is gone is taken over by the next of that name.
 */
export function placeChannel(appsRoot: string, slug: string, commonDir: string, options: PlaceOptions = {}): Placement {
  const first = look(appsRoot, slug, commonDir)
  if (first.held) return first
  const own = look(appsRoot, `${slug}-${eightHex(commonDir)}`, commonDir)
  if (own.held) return own
  const taken = options.taken ?? []
  const me = markerOf(commonDir)
  if (isOpen(first, me) && !taken.includes(first.app)) return roomOfFolder(first, { appsRoot, me, commonDir })
  const moved = findRoom(appsRoot, me, (name) => isLaterOf(slug, name))
  if (moved) return look(appsRoot, moved, commonDir)
  if (typeof first.marker === 'object' && !taken.includes(first.app) && !isStillThere(first.marker)) return first
  return newcomer(appsRoot, slug, commonDir, { me, taken, own })
}

function look(appsRoot: string, app: string, commonDir: string): Placement {
  const dir = channelFolder(appsRoot, app)
  const marker = readMarker(markerPath(dir))
  return { app, dir, marker, held: typeof marker === 'object' && isHeldBy(marker, commonDir) }
}

function isOpen(place: Placement, me: Marker): boolean {
  return typeof place.marker === 'string' || isSameFolder(place.marker, me)
}

function newcomer(
  appsRoot: string,
  slug: string,
  commonDir: string,
  { me, taken, own }: { me: Marker; taken: readonly string[]; own: Placement },
): Placement {
  let place = own
  for (let salt = 1; salt < ATTEMPTS; salt++) {
    const { marker } = place
    const free = place.held || isOpen(place, me) || (typeof marker === 'object' && !isStillThere(marker))
    if (free && !taken.includes(place.app)) break
    place = look(appsRoot, `${slug}-${eightHex(`${commonDir}\n${salt}`)}`, commonDir)
  }
  return place
}

/** A room that nobody took yet, unless the folder has one already under the name that it has elsewhere. */
function roomOfFolder(
  first: Placement,
  { appsRoot, me, commonDir }: { appsRoot: string; me: Marker; commonDir: string },
): Placement {
  const known = first.marker === 'absent' ? findRoom(appsRoot, me, () => true) : undefined
  return known === undefined ? first : look(appsRoot, known, commonDir)
}

/** Whether a name is that of a later repository of the same name. */
function isLaterOf(slug: string, name: string): boolean {
  return name.length === slug.length + 9 && name.startsWith(`${slug}-`) && /-[0-9a-f]{8}$/.test(name)
}

/** So many rooms are looked through. */
const MOST_ROOMS = 256

/** Among the rooms of such names: the one of this folder, from before it was moved, or as it is called elsewhere. */
function findRoom(appsRoot: string, me: Marker, isWanted: (name: string) => boolean): string | undefined {
  let names: string[]
  try {
    names = readdirSync(appsRoot).sort()
  } catch {
    return undefined
  }
  return names
    .filter(isWanted)
    .slice(0, MOST_ROOMS)
    .find((name) => {
      const marker = readMarker(markerPath(join(appsRoot, name)))
      return typeof marker === 'object' && isSameFolder(marker, me)
    })
}

/** A 32-bit hash (FNV-1a with murmur's finish): tells paths apart without loading a crypto module in a hook. */
function eightHex(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0')
}
