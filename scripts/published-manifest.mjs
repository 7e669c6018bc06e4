// A package's manifest as it is published: without the export condition by which the packages of this repository see each
// other's inner modules, which are not in the tarball. `node scripts/published-manifest.mjs` rewrites every manifest of a checkout
// that is about to be published, and says in each who publishes it and where it comes from (publisher.json).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publisherFacts, refusalOf } from './publisher.mjs'
import { root } from './ready.mjs'
import { SBOM } from './sbom.mjs'

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
  const { repository: url, ...facts } = publisherFacts()
  for (const name of readdirSync(join(root, 'packages'))) {
    const file = join(root, 'packages', name, 'package.json')
    const manifest = asPublished(JSON.parse(readFileSync(file, 'utf8')))
    const repository = url && { type: 'git', url, directory: `packages/${name}` }
    const files = [...(manifest.files ?? []), SBOM]
    const whole = { ...manifest, ...facts, repository, files }
    const refusal = manifest.private ? undefined : refusalOf(whole)
    if (refusal !== undefined) throw new Error(refusal)
    writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
  }
}
