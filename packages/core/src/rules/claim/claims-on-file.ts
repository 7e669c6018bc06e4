import type { Claim } from '../../model/claim.js'
import { type Overlap, overlapOf, parseFilePattern } from '../files/file-pattern.js'
import { foldPath } from '../presence/in-flight.js'

/**
 * How far patterns of a claim name a file: the pattern that does, for certain or (`?`, `{a,b}`) possibly. Undefined where none
 * does. Path and patterns are relative to the top of a working tree.
 */
export function claimOnFile(
  { patterns }: Pick<Claim, 'patterns'>,
  path: string,
  caseInsensitive: boolean,
): { readonly pattern: string; readonly overlap: Exclude<Overlap, 'none'> } | undefined {
  const how = { namesAreFiles: true, fold: (text: string) => foldPath(text, caseInsensitive) }
  let found: ReturnType<typeof claimOnFile>
  for (const pattern of patterns) {
    // A file is one name, whatever characters it has; a pattern of the same text is that file.
    const isName = how.fold(pattern) === how.fold(path)
    const overlap = isName ? 'certain' : overlapOf(parseFilePattern(pattern, how), parseFilePattern(path, how))
    if (overlap === 'certain') return { pattern, overlap }
    if (overlap === 'possible') found ??= { pattern, overlap }
  }
  return found
}
