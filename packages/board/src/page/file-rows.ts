import type { RoomPicture } from '@rally/core/model/room-picture'
import { matchesFile, parseFilePattern } from '@rally/core/rules/files/file-pattern'
import type { KeyedEntry } from '../stream/room-news.js'

/** What is known of one file. Times are epoch seconds. */
export interface FileRow {
  readonly path: string
  readonly edits: number
  /** When each editor did so last, newest first. */
  readonly editors: ReadonlyMap<string, number>
  readonly inFlight: readonly { readonly name: string; readonly last: number | null }[]
  /** Who claimed it. */
  readonly claimed: readonly string[]
  readonly collides: boolean
}

/** Files that somebody edits or edited: those in flight first, then the ones with most edits. */
export function fileRows(entries: readonly KeyedEntry[], picture: RoomPicture): FileRow[] {
  const edits = new Map<string, { count: number; editors: Map<string, number> }>()
  const of = (path: string) => {
    const known = edits.get(path) ?? { count: 0, editors: new Map<string, number>() }
    edits.set(path, known)
    return known
  }
  for (const { type, files, by, at, until, count } of entries)
    if (type === 'edit')
      for (const path of files) {
        const row = of(path)
        row.count += count ?? 1
        row.editors.set(by, Math.max(row.editors.get(by) ?? 0, until ?? at ?? 0))
      }
  const live = picture.agents.filter(({ state }) => state !== 'gone' && state !== 'silent')
  for (const { files } of live) for (const { path } of files) of(path)
  const claims = picture.agents.flatMap(({ name, claims }) =>
    claims.map((claim) => ({ name, pattern: parseFilePattern(claim) })),
  )
  const collisions = new Set(picture.collisions.filter(({ kind }) => kind === 'same-tree').map(({ path }) => path))
  return [...edits]
    .map(([path, { count, editors }]) => ({
      path,
      edits: count,
      editors: new Map([...editors].sort(([, a], [, b]) => b - a)),
      inFlight: live.flatMap(({ name, files }) =>
        files.filter((file) => file.path === path).map(({ last_edit }) => ({ name, last: last_edit })),
      ),
      claimed: [...new Set(claims.filter(({ pattern }) => matchesFile(pattern, path)).map(({ name }) => name))],
      collides: collisions.has(path),
    }))
    .sort((a, b) => rank(b) - rank(a) || b.edits - a.edits || (a.path < b.path ? -1 : 1))
}

function rank({ collides, inFlight }: FileRow): number {
  return collides ? 2 : inFlight.length > 0 ? 1 : 0
}
