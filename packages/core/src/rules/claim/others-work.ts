import type { Claim } from '../../model/claim.js'
import {
  type FilePattern,
  isPlainName,
  matchesReadFile,
  type Overlap,
  overlapOf,
  parseFilePattern,
} from '../files/file-pattern.js'
import { foldPath } from '../presence/in-flight.js'

/** A file, folder or glob that a session works on, and when it did last; relative to the top of the working tree. */
export interface WorkOn {
  readonly sessionId: string
  readonly path: string
  /** Epoch seconds. */
  readonly last: number
  /** Said by the session itself, and true as long as it is there. */
  readonly announced: boolean
  /** It was committed a moment after it was announced: whether anything was done since is not known. */
  readonly doubtful?: boolean
}

/** A file of a commit that somebody else works on or claimed. */
export interface OthersFile {
  readonly path: string
  readonly sessionId: string
  /** The work on it, where there is some. */
  readonly work?: WorkOn | undefined
  /** The claim that names it, by which of its patterns, and whether that is certain. */
  readonly claim?: { readonly claim: Claim; readonly pattern: string; readonly overlap: Exclude<Overlap, 'none'> }
}

export interface OthersWorkQuery {
  /** What a commit would take: files, and untracked folders that end in `/`. */
  readonly files: readonly string[]
  /** What others do in this working tree. */
  readonly work: readonly WorkOn[]
  /** Claims of others that hold. */
  readonly claims: readonly Claim[]
  readonly caseInsensitive: boolean
}

/**
 * Which files of a commit others work on or claimed: one entry for each file and session, by path. Of an untracked folder the
 * files in it that others work on are named, and the folder itself where a claim may name something in it. A file costs one look
 * for all that is named plainly; only globs are compared one by one.
 */
export function findOthersWork({ files, work, claims, caseInsensitive }: OthersWorkQuery): OthersFile[] {
  const fold = (path: string) => foldPath(path, caseInsensitive)
  const byName = new Map(files.filter((path) => !path.endsWith('/')).map((path) => [fold(path), path]))
  const folders = files.filter((path) => path.endsWith('/')).map((path) => ({ path, folded: fold(path) }))
  const how = { namesAreFiles: true, fold }
  let known: readonly Named[] | undefined
  // Only claims, and what sessions announce by themselves, are patterns: without them no file is read as one.
  const named = () =>
    (known ??= files.map((path) => ({ path, folded: fold(path), pattern: parseFilePattern(path, how) })))
  const found = new Map<string, OthersFile>()
  const add = (one: OthersFile): void => {
    const key = `${one.sessionId}\n${one.path}`
    found.set(key, { ...found.get(key), ...one })
  }
  for (const one of work) {
    for (const path of filesOf(one, { byName, folders, named, fold })) {
      const earlier = found.get(`${one.sessionId}\n${path}`)?.work
      if (earlier === undefined || earlier.last < one.last) add({ path, sessionId: one.sessionId, work: one })
    }
  }
  for (const claim of claims) {
    const patterns = claim.patterns.map((text) => ({ text, folded: fold(text), pattern: parseFilePattern(text, how) }))
    for (const file of named()) {
      const match = matchOf(file, patterns)
      if (match !== undefined) add({ path: file.path, sessionId: claim.session_id, claim: { claim, ...match } })
    }
  }
  return [...found.values()].sort((a, b) => order(a.path, b.path) || order(a.sessionId, b.sessionId))
}

interface Named {
  readonly path: string
  readonly folded: string
  readonly pattern: FilePattern
}

interface Looking {
  readonly byName: ReadonlyMap<string, string>
  readonly folders: readonly { readonly path: string; readonly folded: string }[]
  /** All that the commit would take. */
  readonly named: () => readonly Named[]
  readonly fold: (path: string) => string
}

/** The files of the commit that a piece of work is on. */
function filesOf({ path, announced }: WorkOn, { byName, folders, named, fold }: Looking): string[] {
  const name = fold(path)
  const exact = byName.get(name)
  const inside = folders.some(({ folded }) => name.startsWith(folded)) ? [path] : []
  if (!announced) return exact === undefined ? inside : [exact]
  // A session that announces its files by itself may name a folder or a glob.
  const pattern = parseFilePattern(path, { fold })
  if (exact !== undefined && isPlainName(pattern)) return [exact]
  const matching = named()
    .filter((file) => !file.path.endsWith('/'))
    .filter((file) => file.folded === name || matchesReadFile(pattern, file.pattern))
    .map((file) => file.path)
  return [...matching, ...(isPlainName(pattern) && !path.endsWith('/') ? inside : [])]
}

function matchOf(
  file: Named,
  patterns: readonly { readonly text: string; readonly folded: string; readonly pattern: FilePattern }[],
): { readonly pattern: string; readonly overlap: Exclude<Overlap, 'none'> } | undefined {
  let found: ReturnType<typeof matchOf>
  for (const { text, folded, pattern } of patterns) {
    // A file is one name, whatever characters it has; a pattern of the same text is that file.
    const overlap = folded === file.folded ? 'certain' : overlapOf(pattern, file.pattern)
    if (overlap === 'certain') return { pattern: text, overlap }
    if (overlap === 'possible') found ??= { pattern: text, overlap }
  }
  return found
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
