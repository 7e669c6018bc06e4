import { RallyError } from '@rally/core/errors'
import { parseLength } from '@rally/core/rules/claim/parse-length'

/** Seconds of a length of time as somebody typed it; `form` is how it is written. Throws USAGE. */
export function readLength(text: string, form: string): number {
  const secs = parseLength(text)
  if (secs !== undefined) return secs
  const message = `${JSON.stringify(text.slice(0, 40))} is no length of time`
  throw new RallyError('USAGE', { message, hint: `write it as ${form}` })
}
