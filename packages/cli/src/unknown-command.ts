import { RallyError } from '@rally/core/errors'

/** Steps between two words: insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const steps = [(row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1)]
      if (swapped) steps.push((before[j - 2] ?? 0) + 1)
      next.push(Math.min(...steps))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/** The command most like what was typed, when it is near enough to be meant. */
function findNearest(typed: string, commands: readonly string[]): string | undefined {
  const [nearest] = commands
    .map((command) => ({ command, distance: editDistance(typed, command) }))
    .sort((a, b) => a.distance - b.distance || a.command.localeCompare(b.command))
  return nearest && nearest.distance <= Math.max(1, Math.floor(nearest.command.length / 3))
    ? nearest.command
    : undefined
}

/** The error for words that name no command; `commands` are written with spaces. */
export function unknownCommand(words: readonly string[], commands: readonly string[]): RallyError {
  const nearest = words
    .map((_, index) => findNearest(words.slice(0, words.length - index).join(' '), commands))
    .find(Boolean)
  const hint = nearest ? `did you mean: rally ${nearest}` : 'rally --help lists the commands'
  return new RallyError('USAGE', {
    message: `rally has no command ${JSON.stringify(words.join(' ').slice(0, 80))}`,
    hint,
  })
}
