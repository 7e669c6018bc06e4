import { HOST_API, type HostAdapter, type HostApi } from '@rally/core/ports/host'
import { isObject } from '@rally/core/readers'

/**
 * Checks that a plugin's module is an adapter's and makes it.
 * @throws Error with a sentence for people, without the plugin's name
 */
export function loadAdapter(factory: unknown, id: string, api: HostApi): HostAdapter {
  if (typeof factory !== 'function') throw new Error('its adapter file does not export a function')
  const adapter: unknown = factory(api)
  const problem = problemOf(adapter, id)
  if (problem !== undefined) throw new Error(problem)
  return adapter as HostAdapter
}

function problemOf(adapter: unknown, id: string): string | undefined {
  if (!isObject(adapter)) return 'its adapter is no object'
  if (adapter.api !== HOST_API) return `its adapter has api ${String(adapter.api)}, this rally needs ${HOST_API}`
  if (adapter.id !== id)
    return `its adapter is for the host ${JSON.stringify(adapter.id)}, the package declares ${JSON.stringify(id)}`
  for (const name of ['identify', 'parse', 'render']) {
    if (typeof adapter[name] !== 'function') return `its adapter has no ${name}()`
  }
  for (const name of ['configFiles', 'textFiles', ...(adapter.programFiles === undefined ? [] : ['programFiles'])]) {
    if (!Array.isArray(adapter[name])) return `its adapter has no ${name}`
  }
  if (typeof adapter.title !== 'string' || !hasCapabilities(adapter.capabilities))
    return 'its adapter has no title or capabilities'
  return undefined
}

function hasCapabilities(value: unknown): boolean {
  return (
    isObject(value) &&
    Array.isArray(value.moments) &&
    Array.isArray(value.context) &&
    typeof value.textLimit === 'number'
  )
}
