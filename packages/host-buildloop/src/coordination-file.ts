import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, sep } from 'node:path'
import type { CoordinationPort } from '@rally/core/ports/coordination'
import { isObject } from './run/state-file.js'
import { stateRoots, staysInside } from './run/state-paths.js'

/** Folder of the coordination files, and the pointer to the one that counts (protocol section 12). */
export const COORDINATION_FOLDER = join('.build-loop', 'coordination')
export const ACTIVE_POINTER = 'active.json'

/** How long the pointer is believed, in milliseconds (protocol section 13). */
const POINTER_VALID_MS = 24 * 3600 * 1000
const MAX_BYTES = 1024 * 1024

/**
 * The coordination file that counts for a workdir: the active pointer's, else the oldest audit, else the oldest file, because
 * what was decided first holds until somebody settles it (protocol section 7.1). Never a link, never a file outside the folder.
 */
export function locateCoordinationFile(workdir: string, now = Date.now()): string | undefined {
  const roots = stateRoots(workdir)
  for (const root of roots) {
    const folder = join(root, COORDINATION_FOLDER)
    if (!existsSync(folder) || !staysInside(folder, roots)) continue
    const found = pointedFile(root, folder, now) ?? oldestFile(folder)
    if (found) return found
  }
  return undefined
}

function pointedFile(root: string, folder: string, now: number): string | undefined {
  try {
    const pointer = join(folder, ACTIVE_POINTER)
    const facts = lstatSync(pointer)
    if (!facts.isFile() || facts.size > MAX_BYTES || now - facts.mtimeMs > POINTER_VALID_MS) return undefined
    const content: unknown = JSON.parse(readFileSync(pointer, 'utf8'))
    if (!isObject(content) || typeof content.coord_file !== 'string') return undefined
    const path = isAbsolute(content.coord_file) ? content.coord_file : join(root, content.coord_file)
    const inside = realpathSync(path).startsWith(realpathSync(folder) + sep)
    return inside && path.endsWith('.md') && lstatSync(path).isFile() ? path : undefined
  } catch {
    return undefined
  }
}

function oldestFile(folder: string): string | undefined {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => ({
      name: entry.name,
      // One that somebody takes away meanwhile is the youngest: any other decides.
      time: statSync(join(folder, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.time - b.time || a.name.localeCompare(b.name))
  const chosen = files.find(({ name }) => name.startsWith('audit-execution-')) ?? files[0]
  return chosen && join(folder, chosen.name)
}

/** The coordination port, for rally's composition root. */
export function createCoordination(): CoordinationPort {
  return {
    async locate(workdir) {
      const path = locateCoordinationFile(workdir)
      if (!path) return undefined
      const size = statSync(path, { throwIfNoEntry: false })?.size
      if (size === undefined || size > MAX_BYTES) return undefined
      return { path, text: readFileSync(path, 'utf8') }
    },
  }
}
