import { isUtf8 } from 'node:buffer'
import type { JsonObject } from '@rally/core/readers'
import { parseObject } from '../codec/parse-object.js'
import { eachLine, isBlank, lineBlocks } from '../files/line-blocks.js'
import type { OpenFile } from '../files/open-regular.js'
import type { Damage } from './damage.js'

/** When a line says it was written; undefined when it does not say. Epoch seconds. */
export type TimeOf = (line: JsonObject) => number | undefined

export interface LineInspection {
  readonly path: string
  readonly timeOf: TimeOf
  /** Epoch seconds beyond which a time is from the future. */
  readonly latest: number
  /** Whether there is time for more. */
  readonly goOn: () => boolean
}

const FAULTS = {
  'no-object': 'no JSON object that can be read',
  'not-utf8': 'bytes that are not UTF-8',
  'proto-key': 'a key named __proto__, which is dropped',
  'too-large': 'more than 16 MiB',
  future: 'a time in the future',
} as const
type Fault = keyof typeof FAULTS

/** What is wrong with the lines of a file, per kind of fault. `complete` is false when time ran out first. */
export function inspectLines(file: OpenFile, options: LineInspection): { damage: Damage[]; complete: boolean } {
  const seen = new Map<Fault, { count: number; line: number }>()
  const note = (fault: Fault, line: number): void => {
    const before = seen.get(fault)
    seen.set(fault, { count: (before?.count ?? 0) + 1, line: before?.line ?? line })
  }
  let line = 0
  let end = 0
  let complete = true
  for (const block of lineBlocks(file.fd, 0, file.size)) {
    if (block.length === 0) note('too-large', ++line)
    eachLine(block, (bytes, start, stop) => {
      line++
      if (isBlank(bytes, start, stop)) return
      for (const fault of faultsOf(bytes.subarray(start, stop), options)) note(fault, line)
    })
    end = block.next
    complete = options.goOn()
    if (!complete) break
  }
  const damage = [...seen].map(([fault, { count, line: first }]): Damage => {
    const code = fault === 'future' ? 'future-time' : fault === 'too-large' ? 'too-large' : 'damaged-lines'
    const found = `${count === 1 ? '1 line holds' : `${count} lines hold`} ${FAULTS[fault]}`
    return { code, path: options.path, line: first, found }
  })
  if (complete && end < file.size) {
    const found = `the last line (${file.size - end} bytes) is not finished`
    damage.push({ code: 'unfinished-line', path: options.path, line: line + 1, found })
  }
  return { damage, complete }
}

function faultsOf(bytes: Buffer, { timeOf, latest }: LineInspection): Fault[] {
  const text = bytes.toString('utf8')
  const object = parseObject(text)
  const faults: Fault[] = object === undefined ? ['no-object'] : []
  if (!isUtf8(bytes)) faults.push('not-utf8')
  if (object !== undefined && /"(?:_|\\u005[fF]){2}proto(?:_|\\u005[fF]){2}"\s*:/.test(text)) faults.push('proto-key')
  if (object !== undefined && (timeOf(object) ?? 0) > latest) faults.push('future')
  return faults
}
