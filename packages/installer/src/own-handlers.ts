import { mentionsHook, parseOwnCommand } from './own-command.js'

/** A command line of rally's that was found in a value. */
export interface OwnHandler {
  readonly host: string
  readonly event: string
  readonly command: string
  /** In the host's unit, from the nearest object around it that names one. */
  readonly timeout: number | undefined
}

/** How deep a command may stand in a handler (`{action: {run: {command}}}`); what is deeper is no handler of a hook. */
const DEEPEST = 4

/**
 * The command of rally's that a handler runs, wherever in it the text stands: the handler itself, an element of a list of words,
 * a field, a field with its `args`, or an object within. Lists of handlers are not looked into: their members are handlers of
 * their own. Undefined when it runs none.
 */
export function handlerOf(value: unknown, depth = 0): OwnHandler | undefined {
  if (typeof value === 'string') return ownOf(value)
  if (isWords(value)) return firstOf(value.map((word) => ownOf(word))) ?? ownOf(value.join(' '))
  if (!isRecord(value) || depth > DEEPEST) return undefined
  const timeout = timeoutOf(value)
  const args = isWords(value.args) ? value.args : []
  const found = firstOf(
    Object.values(value).map((part) =>
      typeof part === 'string' && args.length > 0
        ? (ownOf(part) ?? ownOf([part, ...args].join(' ')))
        : handlerOf(part, depth + 1),
    ),
  )
  return found && { ...found, timeout: found.timeout ?? timeout }
}

/** Whether a handler names rally's hook in its command and does something else as well. */
export function mentionsOwn(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return depth === 0 && mentionsHook(value)
  if (!isRecord(value) || depth > DEEPEST) return false
  if (typeof value.command === 'string' && mentionsHook(value.command)) return true
  return Object.values(value).some((part) => isRecord(part) && mentionsOwn(part, depth + 1))
}

/** False where no text in a value has the word that each form of our commands has: of thousands of others' hooks, most. */
export function mayNameOwn(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.includes('rally')
  if (typeof value !== 'object' || value === null) return false
  if (depth > 2 * DEEPEST) return true
  if (Array.isArray(value)) return value.some((part) => mayNameOwn(part, depth + 1))
  if (!isRecord(value)) return false
  // Thousands are looked at: no list is made of the values of each.
  for (const key in value) if (mayNameOwn(value[key], depth + 1)) return true
  return false
}

/** The members of a list that are handlers; undefined for anything else, and for the words of one command. */
export function handlersIn(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && !isWords(value) ? value : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function ownOf(command: string): OwnHandler | undefined {
  const own = parseOwnCommand(command)
  return own && { ...own, command, timeout: undefined }
}

function timeoutOf(value: Record<string, unknown>): number | undefined {
  const found = Object.entries(value).find(([key, item]) => /^timeout/i.test(key) && typeof item === 'number')
  return typeof found?.[1] === 'number' ? found[1] : undefined
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')
}

function firstOf<T>(list: readonly (T | undefined)[]): T | undefined {
  return list.find((one) => one !== undefined)
}
