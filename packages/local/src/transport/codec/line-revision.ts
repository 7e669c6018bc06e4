import { countOf } from './python-values.js'
import { readRecord } from './read-record.js'

const KEY = '"bl_revision":'

/**
 * The revision of a stored line, 0 for none. A fact that holds the key once need not be parsed: inside a string its
 * quotes would be escaped, so that the one occurrence is the key itself.
 */
export function lineRevision(bytes: Buffer, start: number, end: number): number {
  const line = bytes.toString('latin1', start, end)
  const at = line.indexOf(KEY)
  if (
    at < 0 ||
    !line.startsWith('{"schema":"agent-rally.fact.v1"') ||
    line.indexOf(KEY, at + 1) >= 0 ||
    !line.endsWith('}')
  )
    return countOf(readRecord(bytes, start, end)?.revision)
  return countOf(Number.parseInt(line.slice(at + KEY.length, at + KEY.length + 17), 10))
}
