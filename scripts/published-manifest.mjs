// A package's manifest as it is published: without the export condition by which the packages of this repository see each
// other's inner modules, which are not in the tarball. `node scripts/published-manifest.mjs URL` rewrites every manifest of a
// checkout that is about to be published and says in each where it comes from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './ready.mjs'

const INTERNAL = 'rally-internal'

export function asPublished(manifest) {
  return manifest.exports === undefined ? manifest : { ...manifest, exports: withoutInternal(manifest.exports) }
}

/** Undefined for what holds nothing else. */
function withoutInternal(value) {
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value)
    .filter(([key]) => key !== INTERNAL)
    .map(([key, inner]) => [key, withoutInternal(inner)])
    .filter(([, inner]) => inner !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const url = process.argv[2]
  if (url === undefined) throw new Error('say the address of the repository: node scripts/published-manifest.mjs URL')
  for (const name of readdirSync(join(root, 'packages'))) {
    const file = join(root, 'packages', name, 'package.json')
    const manifest = asPublished(JSON.parse(readFileSync(file, 'utf8')))
    const repository = { type: 'git', url, directory: `packages/${name}` }
    writeFileSync(file, `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`)
  }
}
