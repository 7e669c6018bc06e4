import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, parseJson, str, strings } from '@rally/core/readers'
import { readSmallFile } from '../system/small-file.js'
import { isCommonDir } from './git-layout.js'

/** The file in a channel that says which repository's room it is. */
const MARKER_FILE = 'repository.json'
const SCHEMA = 'rally.repository/1'
const MARKER_BYTES = 64 * 1024

/** A repository as a marker remembers it. Numbers of the file system are decimal strings: they may exceed 2^53. */
export interface Marker {
  /** Common git folder, absolute, symbolic links resolved. */
  readonly commonDir: string
  /** Other paths of the same folder: where it was before, or how it is called where it is mounted elsewhere. Newest first. */
  readonly also: readonly string[]
  readonly dev: string
  readonly ino: string
  /** Birth of the folder in nanoseconds, where the file system knows it: inode numbers are used again. */
  readonly born: string | null
}

/** `invalid` is a file that is no marker: damaged, foreign, no regular file. */
export type FoundMarker = Marker | 'absent' | 'invalid'

export function readMarker(path: string): FoundMarker {
  try {
    const file = readSmallFile(path, MARKER_BYTES, { follow: false })
    if (file.kind !== 'text') return file.kind === 'absent' ? 'absent' : 'invalid'
    return parseMarker(file.text) ?? 'invalid'
  } catch {
    return 'invalid'
  }
}

export function renderMarker(marker: Marker): string {
  const { commonDir, also, dev, ino, born } = marker
  const paths = { git_common_dir: commonDir, ...(also.length === 0 ? {} : { also }) }
  return `${JSON.stringify({ schema: SCHEMA, ...paths, dev, ino, born }, null, 2)}\n`
}

function parseMarker(text: string): Marker | undefined {
  const json = parseJson(text)
  if (!isObject(json) || !str(json.schema).startsWith('rally.repository/')) return undefined
  const commonDir = str(json.git_common_dir)
  if (!commonDir.startsWith('/') || commonDir.includes('\0')) return undefined
  const also = strings(json.also).filter((path) => path.startsWith('/') && !path.includes('\0'))
  return { commonDir, also, dev: str(json.dev), ino: str(json.ino), born: str(json.born) || null }
}

/** What a marker written now would say about a repository. */
export function markerOf(commonDir: string): Marker {
  const facts = statSync(commonDir, { bigint: true, throwIfNoEntry: false })
  if (!facts) return { commonDir, also: [], dev: '', ino: '', born: null }
  // Where a file system has no birth time, Node answers 0 or the time of the last change.
  const born = facts.birthtimeNs > 0n && facts.birthtimeNs < facts.ctimeNs ? String(facts.birthtimeNs) : null
  return { commonDir, also: [], dev: String(facts.dev), ino: String(facts.ino), born }
}

/** Whether both are one folder on disk, under whatever path: moved, or mounted twice (some mounts show another device). */
export function isSameFolder(a: Marker, b: Marker): boolean {
  if (a.ino === '' || a.ino !== b.ino) return false
  const isBornKnown = a.born !== null && b.born !== null
  return a.dev === b.dev ? !isBornKnown || a.born === b.born : isBornKnown && a.born === b.born
}

/** So many paths of one folder are remembered. */
const MOST_PATHS = 8

/** What a marker says when a folder that it knows comes under another path. */
export function withFormerPaths(mine: Marker, found: FoundMarker): Marker {
  if (typeof found === 'string' || !isSameFolder(found, mine)) return mine
  const also = [...new Set([found.commonDir, ...found.also])].filter((path) => path !== mine.commonDir)
  return { ...mine, also: also.slice(0, MOST_PATHS - 1) }
}

/**
 * Whether a marker is that of the repository at a path. One that was remade in its place keeps its room; one that came to a
 * former place of another, which lives on elsewhere, does not get that one's.
 */
export function isHeldBy(marker: Marker, commonDir: string): boolean {
  const paths = [marker.commonDir, ...marker.also]
  if (!paths.includes(commonDir)) return false
  if (marker.also.length === 0 || isSameFolder(marker, markerOf(commonDir))) return true
  return !isStillThere({ ...marker, commonDir: '', also: paths.filter((path) => path !== commonDir) })
}

/** Whether two markers say exactly the same. */
export function isSameMarker(a: FoundMarker, b: FoundMarker): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return renderMarker(a) === renderMarker(b)
}

/** Whether the repository of a marker is still where the marker says. What cannot be looked at counts as there. */
export function isStillThere(marker: Marker): boolean {
  return [marker.commonDir, ...marker.also].some((path) => {
    try {
      return path !== '' && isCommonDir(path)
    } catch {
      return true
    }
  })
}

export function markerPath(channelDir: string): string {
  return join(channelDir, MARKER_FILE)
}
