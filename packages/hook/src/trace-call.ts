import type { HostAdapter } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import type { CallReads, PayloadValue } from '@rally/local/hook-files/quiet-note'
import type { Env } from '@rally/local/system/user-dirs'

/** A call of a hook as the host made it. */
export interface HookCall {
  readonly event: string
  readonly payload: JsonObject
  readonly env: Env
}

/**
 * Lets an adapter make its moment once more and watches what it reads. `parse` is a pure function, so a call in which the same
 * stands at the same places makes the same moment (JSON here). Undefined when it looks at more than single values (which keys there are).
 */
export function traceCall(
  adapter: Pick<HostAdapter, 'parse'>,
  { event, payload, env }: HookCall,
): { readonly moment: string | undefined; readonly reads: CallReads } | undefined {
  const values = new Map<string, PayloadValue>()
  const variables = new Map<string, string | null>()
  let isWhole = true
  const giveUp = (): never => {
    isWhole = false
    throw new Error('read as a whole')
  }
  const note = (path: readonly string[], value: unknown): void => {
    const kept = typeof value !== 'object' || value === null ? value : Array.isArray(value) ? [] : {}
    values.set(JSON.stringify(path), kept === undefined ? [path] : [path, kept])
  }
  const watch = <T extends object>(target: T, path: readonly string[]): T =>
    new Proxy(target, {
      get(_, key) {
        const value: unknown = Reflect.get(target, key)
        // Methods of lists and objects: they read what they need through here.
        if (typeof key === 'symbol' || (!Object.hasOwn(target, key) && key in target)) return value
        note([...path, key], value)
        return typeof value === 'object' && value !== null ? watch(value, [...path, key]) : value
      },
      has(_, key) {
        if (typeof key === 'string') note([...path, key], Reflect.get(target, key))
        return key in target
      },
      ownKeys: giveUp,
      getOwnPropertyDescriptor: giveUp,
    })
  const watchedEnv = new Proxy(env, {
    get(_, key) {
      if (typeof key !== 'string') return undefined
      variables.set(key, env[key] ?? null)
      return env[key]
    },
    has: giveUp,
    ownKeys: giveUp,
    getOwnPropertyDescriptor: giveUp,
  })
  let moment: string | undefined
  try {
    // As JSON at once: what the adapter hands on unread is read here.
    moment = JSON.stringify(adapter.parse(event, watch(payload, []), watchedEnv))
  } catch {
    return undefined
  }
  const reads: CallReads = { payload: [...values.values()], env: [...variables].flat() }
  return isWhole ? { moment, reads } : undefined
}
