import { createMask } from './mask-text.js'

/** A payload made fit to be shown to others, and what was taken out of it. */
export interface RedactedPayload {
  readonly payload: Record<string, unknown>
  /** Paths of the values that were changed, dots between keys. */
  readonly redacted: readonly string[]
}

/**
 * Hides every text that is not known to be harmless, under whatever key and however deep, so that a key which nobody thought of
 * gives nothing away. Its shape stays: keys that are words, types, numbers, times, names of events and tools, which parts of paths
 * are the same, what a command line does to files, the lines of a patch that name files, and the same id for the same id.
 */
export function redactPayload(
  payload: Readonly<Record<string, unknown>>,
  { home }: { readonly home: string },
): RedactedPayload {
  const redacted: string[] = []
  const roots = Array.isArray(payload.workspace_roots) ? payload.workspace_roots : []
  const projects = [payload.cwd, payload.workdir, payload.directory, ...roots].filter(
    (path): path is string => typeof path === 'string' && path.length > 1 && path !== home,
  )
  const mask = createMask({ projects, home })
  const walk = (value: unknown, key: string, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, key, `${path}.${index}`))
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => {
          const shown = mask.key(name)
          const at = path === '' ? shown : `${path}.${shown}`
          if (shown !== name) redacted.push(at)
          return [shown, walk(item, name, at)]
        }),
      )
    }
    if (typeof value !== 'string') return value
    const result = mask.value(key, value)
    if (result !== value) redacted.push(path)
    return result
  }
  const result = walk(payload, '', '')
  return { payload: typeof result === 'object' && result !== null ? { ...result } : {}, redacted }
}
