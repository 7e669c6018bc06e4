import type { HookEntry } from '@rally/core/ports/host'
import type { Path } from './document.js'
import { handlerOf, handlersIn, isRecord, mayNameOwn, mentionsOwn } from './own-handlers.js'

export { isRecord } from './own-handlers.js'

/** An entry of ours that stands in a document. */
export interface OwnEntry {
  /** Path of the node that is ours: an element of an event's array, or one handler of a group that holds foreign ones too. */
  readonly at: Path
  /** Path of the event's array. */
  readonly array: readonly string[]
  /** What the entry amounts to: the element, with foreign handlers of its group left out. */
  readonly value: unknown
  readonly event: string
  /** The event at which the host runs it: what the array is for, or, in one for several events, what the entry says. */
  readonly calledAt: string
  /** Only a handler of a mixed group is ours. */
  readonly mixed: boolean
}

export interface OwnEntries {
  readonly entries: readonly OwnEntry[]
  /** Paths of command lines that mention rally's hook and do something else too: somebody's own work. */
  readonly mentions: readonly Path[]
}

/** Finds the entries of `host` in every array of the objects that the templates point into. */
export function findOwnEntries(value: unknown, host: string, templates: readonly HookEntry[]): OwnEntries {
  const entries: Found[] = []
  const mentions: Path[] = []
  for (const container of containersOf(templates)) {
    const holder = valueAt(value, container)
    if (!isRecord(holder)) continue
    for (const [key, array] of Object.entries(holder)) {
      if (!Array.isArray(array)) continue
      const at = [...container, key]
      for (const [index, element] of array.entries())
        inspectElement({ host, array: at, index, element }, entries, mentions)
    }
  }
  return { entries: entries.map((entry) => ({ ...entry, calledAt: calledAt(entry, templates) })), mentions }
}

type Found = Omit<OwnEntry, 'calledAt'>

function calledAt({ array, event }: Found, templates: readonly HookEntry[]): string {
  const path = JSON.stringify(array)
  const [first, ...others] = new Set(templates.filter(({ at }) => JSON.stringify(at) === path).map((one) => one.event))
  return others.length > 0 ? event : (first ?? array.at(-1) ?? event)
}

/** The objects that hold the arrays of the templates, each once. */
export function containersOf(templates: readonly HookEntry[]): string[][] {
  const seen = new Map(templates.map((entry) => [JSON.stringify(entry.at.slice(0, -1)), entry.at.slice(0, -1)]))
  return [...seen.values()]
}

interface Element {
  readonly host: string
  readonly array: string[]
  readonly index: number
  readonly element: unknown
}

function inspectElement(where: Element, entries: Found[], mentions: Path[]): void {
  const { host, array, index, element } = where
  if (!mayNameOwn(element)) return
  const at = [...array, index]
  const own = handlerOf(element)
  if (own?.host === host) {
    entries.push({ at, array, value: element, event: own.event, mixed: false })
    return
  }
  if (own === undefined && mentionsOwn(element)) mentions.push(at)
  for (const [path, handlers, rebuild] of groupsIn(element)) {
    const found = handlers.map((handler) => handlerOf(handler))
    for (const [i, handler] of handlers.entries())
      if (found[i] === undefined && mentionsOwn(handler)) mentions.push([...at, ...path, i])
    const ours = [...found.entries()].flatMap(([i, one]) => (one?.host === host ? [{ i, event: one.event }] : []))
    const [first] = ours
    if (first !== undefined && ours.length === handlers.length) {
      entries.push({ at, array, value: element, event: first.event, mixed: false })
      return
    }
    for (const { i, event } of ours)
      entries.push({ at: [...at, ...path, i], array, value: rebuild(handlers[i]), event, mixed: true })
  }
}

/** The lists of handlers in an element: itself, or its fields; with the element that holds one handler alone. */
function groupsIn(element: unknown): [path: Path, handlers: readonly unknown[], rebuild: (one: unknown) => unknown][] {
  const list = handlersIn(element)
  if (list !== undefined) return [[[], list, (one) => [one]]]
  if (!isRecord(element)) return []
  return Object.entries(element).flatMap(([key, value]): ReturnType<typeof groupsIn> => {
    const handlers = handlersIn(value)
    return handlers === undefined ? [] : [[[key], handlers, (one) => ({ ...element, [key]: [one] })]]
  })
}

/** The value at a path; undefined when the path leads nowhere. Own keys only. */
export function valueAt(value: unknown, path: Path): unknown {
  let node = value
  for (const step of path) {
    if (Array.isArray(node)) node = node[Number(step)]
    else if (isRecord(node) && Object.hasOwn(node, step)) node = node[step]
    else return undefined
  }
  return node
}
