import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, parseJson, str } from '@rally/core/readers'
import { readSmallFile } from '../system/small-file.js'
import { isCommonDir } from './git-layout.js'

/** The file in a channel that says which repository's room it is. */
export const MARKER_FILE = 'repository.json'
const SCHEMA = 'rally.repository/1'
const MARKER_BYTES = 64 * 1024

/** A repository as a marker remembers it. Numbers of the file system are decimal strings: they may exceed 2^53. */
export interface Marker {
  /** Common git folder, absolute, symbolic links resolved. */
  readonly commonDir: string
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
  const { commonDir, dev, ino, born } = marker
  return `${JSON.stringify({ schema: SCHEMA, git_common_dir: commonDir, dev, ino, born }, null, 2)}\n`
}

function parseMarker(text: string): Marker | undefined {
  const json = parseJson(text)
  if (!isObject(json) || !str(json.schema).startsWith('rally.repository/')) return undefined
  const commonDir = str(json.git_common_dir)
  if (!commonDir.startsWith('/') || commonDir.includes('\0')) return undefined
  return { commonDir, dev: str(json.dev), ino: str(json.ino), born: str(json.born) || null }
}

/** What a marker written now would say about a repository. */
export function markerOf(commonDir: string): Marker {
  const facts = statSync(commonDir, { bigint: true, throwIfNoEntry: false })
  if (!facts) return { commonDir, dev: '', ino: '', born: null }
  // Where a file system has no birth time, Node answers 0 or the time of the last change.
  const born = facts.birthtimeNs > 0n && facts.birthtimeNs < facts.ctimeNs ? String(facts.birthtimeNs) : null
  return { commonDir, dev: String(facts.dev), ino: String(facts.ino), born }
}

/** Whether both are one folder on disk, under whatever path: moved, or mounted twice. */
export function isSameFolder(a: Marker, b: Marker): boolean {
  if (a.ino === '' || a.ino !== b.ino || a.dev !== b.dev) return false
  return a.born === null || b.born === null || a.born === b.born
}

/** Whether two markers say exactly the same. */
export function isSameMarker(a: FoundMarker, b: FoundMarker): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return renderMarker(a) === renderMarker(b)
}

/** Whether the repository of a marker is still where the marker says. What cannot be looked at counts as there. */
export function isStillThere(marker: Marker): boolean {
  try {
    return isCommonDir(marker.commonDir)
  } catch {
    return true
  }
}

export function markerPath(channelDir: string): string {
  return join(channelDir, MARKER_FILE)
}
