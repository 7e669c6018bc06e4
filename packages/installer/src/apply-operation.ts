import type { Dialect, Operation, Path, SourceDocument, Splice } from './document.js'
import { Refused } from './refusal.js'
import { equivalentValue, sameValue } from './same-value.js'

/**
 * Applies an operation to the text and checks the result: it parses, its value is what the operation means, and every
 * comment outside the nodes that were taken away is still there. Throws Refused otherwise; a wrong text is never returned.
 */
export function applyOperation(dialect: Dialect, text: string, operation: Operation): string {
  const before = dialect.read(text)
  const edit = before.edit(operation)
  const result = applySplices(text, edit.splices)
  const after = readAgain(dialect, result)
  const kept = before.comments.filter(
    (comment) => !edit.gone.some((range) => range.start <= comment.start && comment.end <= range.end),
  )
  const meant = operateOnValue(before.value, operation)
  const [wanted, got] =
    operation.op === 'remove' ? [prune(meant, operation.at), prune(after.value, operation.at)] : [meant, after.value]
  if (
    !(operation.op === 'set' ? equivalentValue(got, wanted) : sameValue(got, wanted)) ||
    !sameValue(
      commentTexts(after),
      kept.map((range) => text.slice(range.start, range.end)),
    )
  ) {
    throw new Refused({
      code: 'check-failed',
      message: 'the file could not be changed without touching something else in it',
    })
  }
  return result
}

function readAgain(dialect: Dialect, text: string): SourceDocument {
  try {
    return dialect.read(text)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new Refused({ code: 'check-failed', message: `the entries do not fit into the file: ${error.message}` })
  }
}

function commentTexts(document: SourceDocument): string[] {
  return document.comments.map((range) => document.text.slice(range.start, range.end))
}

/** Applies splices that do not overlap, given in ascending order. */
function applySplices(text: string, splices: readonly Splice[]): string {
  let out = ''
  let at = 0
  for (const splice of splices) {
    out += text.slice(at, splice.start) + splice.insert
    at = splice.end
  }
  return out + text.slice(at)
}

/** Without the empty arrays and objects on the path: TOML has no way to write an array of tables that is empty. */
function prune(value: unknown, path: Path): unknown {
  const copy = structuredClone(value)
  for (let length = path.length - 1; length > 0; length -= 1) {
    const at = path.slice(0, length)
    const holder = descend(copy, at.slice(0, -1), 'nothing')
    const key = at.at(-1)
    const node = isRecord(holder) && key !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined
    if (
      isRecord(holder) &&
      key !== undefined &&
      typeof node === 'object' &&
      node !== null &&
      Object.keys(node).length === 0
    )
      delete holder[key]
  }
  return copy
}

/** What an operation means for the value; the given value is not changed. */
function operateOnValue(value: unknown, operation: Operation): unknown {
  const copy = structuredClone(value)
  const { op, at } = operation
  const last = at.at(-1)
  if (last === undefined) throw new Refused({ code: 'check-failed', message: 'an operation needs a path' })
  const holder = descend(copy, op === 'append' ? at : at.slice(0, -1), CREATES[op])
  if (op === 'append') {
    if (!Array.isArray(holder)) throw new Refused({ code: 'check-failed', message: `no array at ${at.join('.')}` })
    holder.push(operation.value)
  } else if (Array.isArray(holder) && typeof last === 'number') {
    holder.splice(last, 1, ...(op === 'replace' ? [operation.value] : []))
  } else if (isRecord(holder)) {
    if (op === 'remove') delete holder[last]
    else define(holder, last, operation.value)
  }
  return copy
}

/** What an operation makes of a path that is not there: an array at its end, objects only, or nothing. */
const CREATES = { append: 'array', set: 'objects', replace: 'nothing', remove: 'nothing' } as const

function descend(value: unknown, path: Path, create: 'array' | 'objects' | 'nothing'): unknown {
  let node = value
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(node)) node = node[Number(step)]
    else if (isRecord(node)) {
      const isEnd = create === 'array' && depth === path.length - 1
      if (create !== 'nothing' && !Object.hasOwn(node, step)) define(node, step, isEnd ? [] : {})
      node = node[step]
    }
  }
  return node
}

function define(holder: Record<string | number, unknown>, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
