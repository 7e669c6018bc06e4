import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MomentName } from '@rally/core/model/moment'
import { obj, parseJson } from '@rally/core/readers'
import type { InstallableHost } from '@rally/installer'

/**
 * Moments at which text should reach the model and for which hooks are installed, told by the recorded payloads of the plugin. A
 * subagent is no part of one turn.
 */
export function expectedMoments({ adapter, root }: InstallableHost): MomentName[] {
  const { configFiles, programFiles = [], samples = [], capabilities } = adapter
  const events = new Set([
    ...configFiles.flatMap(({ entries }) => entries.map(({ event }) => event)),
    ...programFiles.flatMap((file) => file.events),
  ])
  const called = samples.flatMap(({ event, file }) => {
    if (!events.has(event)) return []
    return adapter.parse(event, obj(parseJson(readText(join(root, file)))), {})?.name ?? []
  })
  return capabilities.context.filter((name) => called.includes(name) && name !== 'child-start')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
