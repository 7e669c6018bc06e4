import { RallyError } from '@rally/core/errors'
import { editDistance } from '@rally/core/rules/text/edit-distance'

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
