import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'

/** Where a manifest may be: the repository root, then the place that the existing system uses. */
const PLACES = ['plugin_boundary.json', 'scripts/rally_point/plugin_boundary.json']

/**
 * The parsed manifest of a repository and its absolute path.
 * Throws WORKDIR_MISSING, NOT_FOUND or STATE_CORRUPT.
 */
export function readManifest(repo: string, api: RallyApi): { path: string; manifest: unknown } {
  if (!existsSync(repo)) throw api.error('WORKDIR_MISSING', { workdir: repo })
  const path = PLACES.map((place) => join(repo, place)).find((place) => existsSync(place))
  if (!path) {
    const hint = `a manifest is looked for at ${PLACES.join(' and ')}`
    throw api.error('NOT_FOUND', { what: 'plugin_boundary.json in', value: repo, hint })
  }
  try {
    return {
      path: join(realpathSync(repo), path.slice(repo.length + 1)),
      manifest: JSON.parse(readFileSync(path, 'utf8')),
    }
  } catch (error) {
    throw api.error('STATE_CORRUPT', { path, reason: error instanceof Error ? error.message : String(error) })
  }
}
