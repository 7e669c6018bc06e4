import { RallyError } from '@rally/core/errors'
import { nearestWord } from './nearest-word.js'

/** The error for words that name no command; `commands` are written with spaces. */
export function unknownCommand(words: readonly string[], commands: readonly string[]): RallyError {
  const nearest = words
    .map((_, index) => nearestWord(words.slice(0, words.length - index).join(' '), commands))
    .find(Boolean)
  const hint = nearest ? `did you mean: rally ${nearest}` : 'rally --help lists the commands'
  return new RallyError('USAGE', {
    message: `rally has no command ${JSON.stringify(words.join(' ').slice(0, 80))}`,
    hint,
  })
}
