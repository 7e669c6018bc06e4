import type { ChangeRecord } from '@rally/core/model/change-record'
import { normalizeRecord } from './normalize-record.js'
import { parseObject } from './parse-object.js'
import { toChangeRecord } from './to-change-record.js'

/** The record of a stored line, or undefined for a line that holds none. Bytes that are not UTF-8 become U+FFFD. */
export function readRecord(bytes: Buffer, start: number, end: number): ChangeRecord | undefined {
  // The shortest object that says anything; blank lines and remains of torn ones end here.
  if (end - start < 2) return undefined
  const line = parseObject(bytes.toString('utf8', start, end))
  return line && toChangeRecord(normalizeRecord(line))
}
