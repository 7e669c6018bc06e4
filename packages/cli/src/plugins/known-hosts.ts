import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FoundHost } from '@rally/core/ports/host'
import { existingFolders, type HostPlaces, type HostTraces } from './host-folders.js'

/** A host whose plugin is published and does not come with the program; `dist/known-hosts.json`, written by the build. */
export interface KnownHost extends HostTraces {
  readonly plugin: string
  readonly id: string
  readonly title: string
}

/** Hosts that are used here and whose plugin has to be installed first. `root`: the program's folder. */
export function hostsWithoutPlugin(root: string, found: readonly FoundHost[], places: HostPlaces): KnownHost[] {
  let known: readonly KnownHost[]
  try {
    known = JSON.parse(readFileSync(join(root, 'dist/known-hosts.json'), 'utf8'))
  } catch {
    return []
  }
  return known
    .filter(({ id }) => !found.some((one) => one.id === id))
    .filter((host) => existingFolders(host, places).length > 0)
}
