import { editDistance } from '@rally/core/rules/text/edit-distance'

/** The word most like what was typed, when it is near enough to be meant. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((word) => ({ word, distance: editDistance(typed, word) }))
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word))
  return nearest && nearest.distance <= Math.max(1, Math.floor(nearest.word.length / 3)) ? nearest.word : undefined
}
