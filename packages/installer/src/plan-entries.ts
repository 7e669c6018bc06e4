import type { HookConfigFile, HookEntry } from '@rally/core/ports/host'
import { applyOperation } from './apply-operation.js'
import { dialectFor } from './dialect-for.js'
import type { Dialect, Operation, Path } from './document.js'
import { inShort, notUntouched } from './in-short.js'
import { containersOf, findOwnEntries, isRecord, type OwnEntry, valueAt } from './own-entries.js'
import { Refused } from './refusal.js'
import { equivalentValue, sameValue } from './same-value.js'

export interface EntryChange {
  readonly event: string
  readonly action: 'add' | 'replace' | 'remove'
}

export interface TextPlan {
  readonly text: string
  readonly changes: readonly EntryChange[]
}

/** The dialect that a configuration file declares. */
export function dialectOf(file: HookConfigFile): Dialect {
  return dialectFor(file.dialect, file)
}

/**
 * For taking something out: a file that the host cannot read because of a comment or a comma too many can still be freed of
 * our entries.
 */
export function lenientDialectOf(file: HookConfigFile): Dialect {
  return file.dialect === 'toml' ? dialectOf(file) : dialectFor('jsonc', { trailingCommas: true })
}

/**
 * The text with every entry of the templates once, as the templates have it: older forms and other people's copies of our
 * own entries are replaced in place, duplicates taken out, missing ones appended. A text of white space counts as a new file.
 * `original`, the text before rally came, tells which empty arrays are not rally's to take away. Throws Refused.
 */
export function planEntries(text: string, file: HookConfigFile, host: string, original?: string): TextPlan {
  const dialect = dialectOf(file)
  const start = text.trim() === '' ? file.empty : text
  for (const { at, event, value } of file.entries) {
    if (findOwnEntries(nest(at, [value]), host, file.entries).entries.length === 1) continue
    const message = `the plugin's entry for ${event} does not hold rally's command line (api.hookCommand), so it could not be taken out again`
    throw new Refused({ code: 'template', message })
  }
  const begun = inShort(dialect, start, (short) => fillRequired(dialect, short, file))
  const { changes } = matchEntries(dialect.read(begun).value, file, host)
  if (changes.length === 0) return { text: begun, changes }
  const result = inShort(dialect, begun, (short) => {
    const { operations } = matchEntries(dialect.read(short).value, file, host)
    const removed = operations.filter((operation) => operation.op === 'remove')
    const emptied = removed.map((operation) => arrayOf(operation.at))
    const changed = operations.reduce((current, operation) => applyOperation(dialect, current, operation), short)
    return prune(dialect, changed, emptied, original)
  })
  if (matchEntries(dialect.read(result).value, file, host).operations.length > 0) {
    throw new Refused({ code: 'check-failed', message: 'the entries would not stay as they are' })
  }
  return { text: result, changes }
}

function nest(at: readonly string[], inner: unknown): unknown {
  return at.reduceRight<unknown>((value, key) => ({ [key]: value }), inner)
}

/** The scalar keys of `empty` (Cursor's `version`) without which the host ignores the file. */
function fillRequired(dialect: Dialect, text: string, file: HookConfigFile): string {
  const wanted = dialect.read(file.empty).value
  let out = text
  for (const [key, value] of Object.entries(isRecord(wanted) ? wanted : {})) {
    if (typeof value === 'object') continue
    const document = dialect.read(out)
    const found = valueAt(document.value, [key])
    if (found === undefined) out = applyOperation(dialect, out, { op: 'set', at: [key], value })
    else if (!sameValue(found, value)) {
      const message = `${JSON.stringify(key)} is ${JSON.stringify(found)}, and rally knows only ${JSON.stringify(value)}`
      throw new Refused({ code: 'shape', message, ...document.placeOf([key]) })
    }
  }
  return out
}

function matchEntries(
  value: unknown,
  file: HookConfigFile,
  host: string,
): { operations: Operation[]; changes: EntryChange[] } {
  const unused = new Set(findOwnEntries(value, host, file.entries).entries)
  const claim = (wanted: (entry: OwnEntry) => boolean): OwnEntry | undefined => {
    const found = [...unused].find(wanted)
    if (found) unused.delete(found)
    return found
  }
  const open = file.entries.filter(
    (template) => !claim((own) => sameValue(own.array, template.at) && equivalentValue(own.value, template.value)),
  )
  const replaced: Operation[] = []
  const appended: Operation[] = []
  const changes: EntryChange[] = []
  for (const template of open) {
    const older =
      claim((own) => isThere(own, template) && own.event === template.event) ?? claim((own) => isThere(own, template))
    if (older) replaced.push({ op: 'replace', at: older.at, value: template.value })
    else appended.push({ op: 'append', at: template.at, value: template.value })
    changes.push({ event: template.event, action: older ? 'replace' : 'add' })
  }
  changes.push(...[...unused].map((own): EntryChange => ({ event: own.event, action: 'remove' })))
  return { operations: [...replaced, ...removals([...unused]), ...appended], changes }
}

/** Whether it stands, alone, in the array of a template: perhaps what an older version wrote there. */
function isThere({ mixed, array }: OwnEntry, { at }: HookEntry): boolean {
  return !mixed && sameValue(array, at)
}

/** Removals from the back to the front, so that the indices of the ones still to come hold. */
function removals(entries: readonly OwnEntry[]): Operation[] {
  return entries.map((entry): Operation => ({ op: 'remove', at: entry.at })).reverse()
}

/**
 * The text without our entries, and without the arrays and objects that this empties, unless `original` (the text before
 * rally came) has them too. Throws Refused.
 */
export function planRemoval(text: string, file: HookConfigFile, host: string, original: string | undefined): TextPlan {
  if (text.trim() === '') return { text, changes: [] }
  const dialect = lenientDialectOf(file)
  const own = findOwnEntries(dialect.read(text).value, host, file.entries).entries
  if (own.length === 0) return { text, changes: [] }
  const holders = containersOf(file.entries).flatMap((path) => path.map((_, i) => path.slice(0, path.length - i)))
  const pruned = inShort(dialect, text, (short) => {
    // What is short has other indices.
    const there = short === text ? own : findOwnEntries(dialect.read(short).value, host, file.entries).entries
    if (there.length !== own.length) throw notUntouched()
    const out = removals(there).reduce((current, operation) => applyOperation(dialect, current, operation), short)
    return prune(dialect, out, [...own.map((entry) => entry.array), ...holders], original)
  })
  return { text: pruned, changes: own.map((entry) => ({ event: entry.event, action: 'remove' })) }
}

/** Takes away what stands empty at the paths, unless it holds a comment or was there before rally. */
function prune(dialect: Dialect, text: string, paths: readonly Path[], original: string | undefined): string {
  const before = original === undefined || original.trim() === '' ? undefined : dialect.read(original).value
  let out = text
  for (const path of uniquePaths(paths)) {
    const value = valueAt(dialect.read(out).value, path)
    if (!isEmpty(value) || (before !== undefined && valueAt(before, path) !== undefined)) continue
    if (!holdsComments(dialect, out, path)) out = applyOperation(dialect, out, { op: 'remove', at: path })
  }
  return out
}

/** The event's array of an element, or of a handler in one. */
function arrayOf(path: Path): Path {
  return path.slice(
    0,
    path.findIndex((step) => typeof step === 'number'),
  )
}

function holdsComments(dialect: Dialect, text: string, path: Path): boolean {
  const document = dialect.read(text)
  const gone = document.edit({ op: 'remove', at: path }).gone
  return document.comments.some((comment) =>
    gone.some((range) => range.start <= comment.start && comment.end <= range.end),
  )
}

/** Each once; what is inside before what holds it. */
function uniquePaths(paths: readonly Path[]): Path[] {
  const unique = new Map(paths.map((path) => [JSON.stringify(path), path]))
  return [...unique.values()].sort((a, b) => b.length - a.length)
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.keys(value).length === 0
}
