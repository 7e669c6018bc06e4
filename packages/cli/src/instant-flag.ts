import { RallyError } from '@rally/core/errors'
import { parseLength } from '@rally/core/rules/claim/parse-length'
import { parseIsoTime } from '@rally/core/rules/text/iso-time'

/**
 * The value of a flag that takes a time, in epoch seconds: a length of time before now (`2h`, `7d`), a date or a time, of this
 * machine's zone unless it names one, or epoch seconds. Throws USAGE for anything else.
 */
export function readInstant(flag: string, value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const at = parseInstant(value.trim(), now)
  if (at !== undefined) return at
  throw new RallyError('USAGE', {
    message: `--${flag} takes a length of time or a date, not ${JSON.stringify(value.slice(0, 40))}`,
    hint: `write it as --${flag} 2h, --${flag} 7d or --${flag} 2026-01-31T12:00:00Z`,
  })
}

function parseInstant(text: string, now: number): number | undefined {
  const length = parseLength(text)
  if (length !== undefined) return now - length
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text)
  const local = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text)
  if (local === null || parseIsoTime(text) === undefined) return parseIsoTime(text)
  return new Date(`${local[1]}T${local[2] ?? '00:00'}`).getTime() / 1000
}
