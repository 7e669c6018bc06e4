import { RallyError } from '@rally/core/errors'
import { list, obj, str, strings } from '@rally/core/readers'
import { nearestWord } from './nearest-word.js'

/**
 * oclif's error about a command line, in rally's words: what is wrong, and a command that helps.
 * @param command the id of the command (`hooks:install`), where it is known
 */
export function usageError(thrown: Error, command?: string): RallyError {
  const hint =
    nearestFlag(thrown) ?? (command === undefined ? undefined : `rally ${command.split(':').join(' ')} --help`)
  return new RallyError('USAGE', { message: whatIsWrong(thrown), ...(hint !== undefined && { hint }) })
}

/** The message is several lines; the first ones say what is wrong, the last where help is. */
function whatIsWrong(thrown: Error): string {
  const missing = missingWords(thrown)
  if (missing.length > 0) return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`
  return thrown.message
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !line.startsWith('See more help') && !/^The following errors? occurred:$/.test(line),
    )
    .join('; ')
    .replace(/^Parsing (--[\w-]+)\s*;? /, '$1: ')
    .replace(/Missing required flag (?:--)?([\w-]+)/g, '--$1 is missing')
    .replace(/^Nonexistent flag: /, 'there is no flag ')
    .replace(/^Nonexistent flags: /, 'there are no flags ')
    .replace(/(^|; |: )(Expected|Unexpected|Exactly|All|One|Flag) /g, (words) => words.toLowerCase())
}

/** As the usage line of the help names them. */
function missingWords(thrown: Error): string[] {
  if (!('args' in thrown)) return []
  return list(thrown.args).flatMap((arg) => str(obj(arg).name).toUpperCase() || [])
}

/** Of a flag that there is not, the one that was probably meant. */
function nearestFlag(thrown: Error): string | undefined {
  if (!('flags' in thrown) || !('parse' in thrown)) return undefined
  const [typed] = strings(thrown.flags)
  const known = Object.keys(obj(obj(obj(thrown.parse).input).flags))
  const nearest = typed === undefined ? undefined : nearestWord(typed.replace(/^-+|=.*$/g, ''), known)
  return nearest === undefined ? undefined : `did you mean: --${nearest}`
}
