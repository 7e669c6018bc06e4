import type { HostApi } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'

/** The arguments of a tool: an object, in older builds (and documented) the JSON text of one. */
export function argumentsOf(api: HostApi, value: unknown): JsonObject {
  if (typeof value !== 'string') return api.obj(value)
  try {
    return api.obj(JSON.parse(value))
  } catch {
    return {}
  }
}

/** The text of a patch: the arguments themselves, or a field of them. */
export function patchOf(api: HostApi, value: unknown): string {
  const input = argumentsOf(api, value)
  return api.str(input.patch) || api.str(input.input) || api.str(value)
}
