import type { HookEntry } from '@rally/core/ports/host'
import type { Path } from './document.js'
import { mentionsHook, parseOwnCommand } from './own-command.js'

/** An entry of ours that stands in a document. */
export interface OwnEntry {
  /** Path of the node that is ours: an element of an event's array, or one handler of a group that holds foreign ones too. */
  readonly at: Path
  /** Path of the event's array. */
  readonly array: readonly string[]
  /** What the entry amounts to: the element, with foreign handlers of its group left out. */
  readonly value: unknown
  readonly event: string
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
  const entries: OwnEntry[] = []
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
  return { entries, mentions }
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

function inspectElement(where: Element, entries: OwnEntry[], mentions: Path[]): void {
  const { host, array, index, element } = where
  if (!isRecord(element)) return
  const at = [...array, index]
  const flat = commandOf(element)
  if (flat.own?.host === host) {
    entries.push({ at, array, value: element, event: flat.own.event, mixed: false })
    return
  }
  if (flat.mentioned) mentions.push(at)
  for (const [key, handlers] of Object.entries(element)) {
    if (!Array.isArray(handlers)) continue
    const found = handlers.map((handler) => (isRecord(handler) ? commandOf(handler) : NOTHING))
    for (const [i, one] of found.entries()) if (one.mentioned) mentions.push([...at, key, i])
    const own = [...found.entries()].filter(([, one]) => one.own?.host === host)
    if (own.length === handlers.length && own.length > 0) {
      entries.push({ at, array, value: element, event: own[0]?.[1].own?.event ?? '', mixed: false })
      return
    }
    for (const [i, one] of own) {
      const value = { ...element, [key]: [handlers[i]] }
      entries.push({ at: [...at, key, i], array, value, event: one.own?.event ?? '', mixed: true })
    }
  }
}

const NOTHING: ReturnType<typeof commandOf> = { own: undefined, mentioned: false }

function commandOf(handler: Record<string, unknown>): { own: ReturnType<typeof parseOwnCommand>; mentioned: boolean } {
  const args = Array.isArray(handler.args) ? handler.args.filter((arg): arg is string => typeof arg === 'string') : []
  for (const text of Object.values(handler)) {
    if (typeof text !== 'string') continue
    const own = parseOwnCommand(text) ?? parseOwnCommand([text, ...args].join(' '))
    if (own) return { own, mentioned: false }
  }
  return { own: undefined, mentioned: typeof handler.command === 'string' && mentionsHook(handler.command) }
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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
