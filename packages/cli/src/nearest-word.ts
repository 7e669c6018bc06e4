import { editDistance } from '@rally/core/rules/text/edit-distance'

/** So many words are offered of many. */
const OFFERED = 3

/** The words that are near enough to be meant, or have what was typed in them; the nearest first. */
export function nearWords(typed: string, words: readonly string[]): string[] {
  const plain = (word: string) => word.toLowerCase().replaceAll('-', '_')
  return words
    .map((word) => ({ word, distance: editDistance(plain(typed), plain(word)) }))
    .filter(({ word, distance }) => isNear(word, distance) || holds(plain(word), plain(typed)))
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word))
    .slice(0, OFFERED)
    .map(({ word }) => word)
}

/** The word most like what was typed, when it is near enough to be meant. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((word) => ({ word, distance: editDistance(typed, word) }))
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word))
  return nearest && isNear(nearest.word, nearest.distance) ? nearest.word : undefined
}

/** Whether one of two words, which are long enough to say something, stands in the other. */
function holds(word: string, typed: string): boolean {
  const [short = '', long = ''] = [word, typed].sort((a, b) => a.length - b.length)
  return short.length > 3 && long.includes(short)
}

function isNear(word: string, distance: number): boolean {
  return distance <= Math.max(1, Math.floor(word.length / 3))
}
