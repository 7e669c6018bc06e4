import { countOf } from './python-values.js'
import { readRecord } from './read-record.js'

const KEY = '"bl_revision":'
const START = '{"schema":"agent-rally.fact.v1"'
const VALUE = /^(\d{1,15})[,}]/

/**
 * The revision of a stored line, 0 for none. A fact that holds the key once, with a plain number and no object begun before
 * it, need not be parsed: inside a string its quotes would be escaped, so that the one occurrence is the key itself.
 */
export function lineRevision(bytes: Buffer, start: number, end: number): number {
  const line = bytes.toString('latin1', start, end)
  return plainRevision(line) ?? countOf(readRecord(bytes, start, end)?.revision)
}

function plainRevision(line: string): number | undefined {
  const at = line.indexOf(KEY)
  if (at < 0 || !line.startsWith(START) || !line.endsWith('}') || line.indexOf(KEY, at + 1) >= 0) return undefined
  if (line.lastIndexOf('{', at) > 0) return undefined
  const digits = VALUE.exec(line.slice(at + KEY.length, at + KEY.length + 17))?.[1]
  return digits === undefined ? undefined : Number(digits)
}
