import { foldPath } from '@rally/core/moments'
import { isPlainName, matchesFile, parseFilePattern } from '@rally/core/rules/files/file-pattern'

/** The files that an edit touches, to be found among what others announce. */
export interface WantedFiles {
  /** Whether it is one of the files. */
  has(path: string): boolean
  /** Whether an announced file, folder or glob names one of them. */
  isNamedBy(text: string): boolean
  /** The texts without a `*` that name one of the files: it, and the folders above it with a slash and without. */
  readonly names: readonly string[]
}

export function wantedFiles(paths: readonly string[], caseInsensitive: boolean): WantedFiles {
  const fold = (text: string) => foldPath(text, caseInsensitive)
  const files = new Set(paths.map(fold))
  const names = new Set(paths)
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      names.add(path.slice(0, at)).add(path.slice(0, at + 1))
    }
  }
  const folded = caseInsensitive ? new Set([...names].map(fold)) : names
  return {
    names: [...names],
    has: (path) => files.has(fold(path)),
    isNamedBy(text) {
      if (folded.has(fold(text))) return true
      const pattern = parseFilePattern(text, { fold })
      if (isPlainName(pattern) && pattern.text === fold(text)) return pattern.text === '.'
      return [...files].some((file) => matchesFile(pattern, file))
    },
  }
}

/** Whether the text has to be looked at by itself: a glob, or a name that is not written in the plainest way. */
export function isOddlyNamed(text: string): boolean {
  return text.includes('*') || parseFilePattern(text).text !== text || text === '.'
}
