import { isSafeId } from '@rally/core/ids'
import type { Tree } from '@rally/core/moments'
import { num, obj, parseJson, str, text } from '@rally/core/readers'
import { lstatIfThere } from '../system/facts.js'
import { linesWith } from './claim-line.js'
import { IN_FLIGHT_FOLDER, inFlightFiles, LEFT_FILE, readAnnouncements } from './inflight-log.js'

/** A command of a session by which git may have changed the branch of a working tree, or files in it. */
export interface GitLine extends Tree {
  readonly sessionId: string
  /** Epoch seconds. */
  readonly at: number
  /** `checkout`, `rebase` … */
  readonly word: string
}

/** Such commands of all sessions since a time, and of those that left. */
export function readGitLines(root: string, since: number): GitLine[] {
  return [...inFlightFiles(root), LEFT_FILE].flatMap((name) => {
    const path = `${IN_FLIGHT_FOLDER}/${name}`
    const stats = lstatIfThere(`${root}/${path}`)
    if (stats === undefined || stats.mtimeMs / 1000 < since) return []
    return gitLinesIn(readAnnouncements(root, path), since)
  })
}

/** Those in some announcements. */
export function gitLinesIn(announcements: string, since: number): (GitLine & { readonly line: string })[] {
  return linesWith(announcements, ['"g":"']).flatMap(({ start, end }) => {
    const line = announcements.slice(start, end + 1)
    const { t, s, w, i, g } = obj(parseJson(line))
    const at = num(t)
    const word = str(g)
    if (at === undefined || at < since || !isSafeId(s) || !/^[a-z -]{1,20}$/i.test(word)) return []
    return [{ sessionId: s, at, word, worktree: text(w) ?? null, tree: text(i), line }]
  })
}
