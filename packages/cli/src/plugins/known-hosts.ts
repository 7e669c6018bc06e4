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

/** All of them. `root`: the program's folder. */
export function knownHosts(root: string): readonly KnownHost[] {
  try {
    return JSON.parse(readFileSync(join(root, 'dist/known-hosts.json'), 'utf8'))
  } catch {
    return []
  }
}

/** Hosts that are used here and whose plugin has to be installed first. */
export function hostsWithoutPlugin(root: string, found: readonly FoundHost[], places: HostPlaces): KnownHost[] {
  return knownHosts(root)
    .filter(({ id }) => !found.some((one) => one.id === id))
    .filter((host) => existingFolders(host, places).length > 0)
}
