import { RallyError } from '@rally/core/errors'
import { isObject, type JsonObject, parseJson } from '@rally/core/readers'

/** `--payload-json` of a post: one JSON object. Throws USAGE. */
export function parsePayload(source: string | undefined): JsonObject {
  if (source === undefined) return {}
  const value = parseJson(source)
  if (isObject(value)) return value
  throw new RallyError('USAGE', {
    message: '--payload-json is not a JSON object',
    hint: `try --payload-json '{"key":"value"}'`,
  })
}

/** `--payload-json` of a message: any JSON value; text that is no JSON is the message itself (protocol section 7). */
export function parseLoosePayload(source: string | undefined): unknown {
  if (source === undefined) return {}
  const value = parseJson(source)
  return value === undefined ? { message: source } : value
}
