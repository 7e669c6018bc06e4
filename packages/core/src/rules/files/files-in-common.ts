import { type FilePattern, isPlainName, matchesFile, NO_PATH, overlapOf, parseFilePattern } from './file-pattern.js'

/**
 * Which of `theirs` (files, folders, globs) name files that `ours` name too, for certain. Of a file and a folder or glob the
 * file is told, of two others theirs. Sorted, each once. Names cost one look each; only globs are compared one with another.
 */
export function filesInCommon(theirs: Iterable<string>, ours: FileIndex): string[] {
  const found = new Set<string>()
  for (const text of theirs) for (const name of ours.meeting(text)) found.add(name)
  return [...found].sort()
}

/** Files that many others are compared with. */
export interface FileIndex {
  /** What is told of an entry that names a file of the index: nothing when it names none. */
  meeting(text: string): readonly string[]
}

export function indexFiles(ours: Iterable<string>): FileIndex {
  const top = emptyFolder()
  const globs: FilePattern[] = []
  const texts = new Set(ours)
  for (const text of texts) {
    const pattern = parseFilePattern(text)
    if (!isPlainName(pattern)) globs.push(pattern)
    let folder = top
    for (const name of namesOf(pattern)) {
      folder.below.push(text)
      const known = folder.entries.get(name) ?? emptyFolder()
      folder.entries.set(name, known)
      folder = known
    }
    folder.isNamed = true
  }
  return {
    meeting(text) {
      if (texts.has(text)) return [text]
      const pattern = parseFilePattern(text)
      if (!isPlainName(pattern)) {
        return [...texts].flatMap((own) => told(parseFilePattern(own), own, pattern, text))
      }
      let folder: Folder | undefined = top
      let isInside = top.isNamed
      for (const name of namesOf(pattern)) {
        folder = folder?.entries.get(name)
        isInside ||= folder?.isNamed === true
      }
      const byGlob = globs.some((glob) => overlapOf(glob, pattern) === 'certain')
      return [...(folder?.below ?? []), ...(isInside || byGlob ? [text] : [])]
    },
  }
}

/** The names of an index, sorted into the folders that they are in: a name is found by its parts, each looked at once. */
interface Folder {
  /** Whether an entry names this folder or file itself. */
  isNamed: boolean
  /** Entries that name something below it. */
  readonly below: string[]
  readonly entries: Map<string, Folder>
}

function emptyFolder(): Folder {
  return { isNamed: false, below: [], entries: new Map() }
}

/** The top itself has no names, and what is no path is one. */
function namesOf({ text, parts }: FilePattern): string[] {
  if (text === '.') return []
  return parts === NO_PATH ? [text] : text.replace(/\/$/, '').split('/')
}

function told(own: FilePattern, ownText: string, their: FilePattern, theirText: string): string[] {
  if (overlapOf(own, their) !== 'certain') return []
  return isPlainName(own) && matchesFile(their, own.text) ? [ownText] : [theirText]
}

/** The files that none of `owned` (files, folders, globs) names. */
export function outsideOf(owned: readonly string[], files: readonly string[]): string[] {
  const texts = new Set(owned)
  const patterns = [...texts].map((text) => parseFilePattern(text, { namesAreFiles: true }))
  return files.filter((file) => !texts.has(file) && !patterns.some((pattern) => matchesFile(pattern, file)))
}
