/** Lines of a picture's text without times and ages, sorted. */
export function wordsOf(text: string): string[]
/** What `made` shows and `kept` does not, or the other way round; undefined where both say the same. */
export function firstDifference(kept: readonly string[], made: readonly string[]): string | undefined
