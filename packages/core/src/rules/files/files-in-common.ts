import { type FilePattern, isPlainName, matchesFile, overlapOf, parseFilePattern } from './file-pattern.js'

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
  const names = new Set<string>()
  /** Names of the index by each folder above them. */
  const below = new Map<string, string[]>()
  const globs: FilePattern[] = []
  const texts = new Set(ours)
  for (const text of texts) {
    const pattern = parseFilePattern(text)
    if (!isPlainName(pattern)) globs.push(pattern)
    const name = pattern.text.replace(/\/$/, '')
    names.add(name)
    for (const folder of foldersAbove(name)) {
      const known = below.get(folder)
      if (known === undefined) below.set(folder, [text])
      else known.push(text)
    }
  }
  return {
    meeting(text) {
      if (texts.has(text)) return [text]
      const pattern = parseFilePattern(text)
      if (!isPlainName(pattern)) {
        return [...texts].flatMap((own) => told(parseFilePattern(own), own, pattern, text))
      }
      const name = pattern.text.replace(/\/$/, '')
      const inside = name === '.' ? [...texts] : (below.get(name) ?? [])
      const isInside = names.has(name) || foldersAbove(name).some((folder) => names.has(folder)) || names.has('.')
      const byGlob = globs.some((glob) => overlapOf(glob, pattern) === 'certain')
      return [...inside, ...(isInside || byGlob ? [text] : [])]
    },
  }
}

function told(own: FilePattern, ownText: string, their: FilePattern, theirText: string): string[] {
  if (overlapOf(own, their) !== 'certain') return []
  return isPlainName(own) && matchesFile(their, own.text) ? [ownText] : [theirText]
}

function foldersAbove(name: string): string[] {
  const folders: string[] = []
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) folders.push(name.slice(0, at))
  return folders
}

/** The files that none of `owned` (files, folders, globs) names. */
export function outsideOf(owned: readonly string[], files: readonly string[]): string[] {
  const texts = new Set(owned)
  const patterns = [...texts].map((text) => parseFilePattern(text, { namesAreFiles: true }))
  return files.filter((file) => !texts.has(file) && !patterns.some((pattern) => matchesFile(pattern, file)))
}
