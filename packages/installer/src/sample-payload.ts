import { readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { HookSample } from '@rally/core/ports/host'
import type { InstallableHost } from './host-tasks.js'

export interface Sample {
  readonly payload: Record<string, unknown>
  readonly recorded: boolean
}

/** The recorded payload of an event; for an event without one, another event's under its name. */
export function sampleOf({ adapter, root }: InstallableHost, event: string): Sample | 'missing' | undefined {
  const own = adapter.samples?.find((one) => one.event === event)
  const sample = own ?? adapter.samples?.[0]
  if (sample === undefined) return undefined
  const payload = readSample(root, sample)
  if (payload === undefined) return 'missing'
  if (own) return { payload, recorded: true }
  const renamed = Object.entries(payload).map(([key, value]) => [key, value === sample.event ? event : value] as const)
  return { payload: Object.fromEntries(renamed), recorded: false }
}

function readSample(root: string, sample: HookSample): Record<string, unknown> | undefined {
  try {
    const folder = realpathSync(root)
    const path = realpathSync(join(folder, sample.file))
    const value: unknown = path.startsWith(folder + sep) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
