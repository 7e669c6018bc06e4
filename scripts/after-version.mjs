// Run by `lerna version` after it wrote the new version, before it commits (`version` in package.json). lerna pins what packages of
// this repository need of each other; it leaves what a host reads of a plugin, and the range of core that a plugin goes with.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { version } = JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8'))
/** Manifests that a host reads, with a version of their own. */
const THEIRS = /^(\.[a-z-]+-plugin\/plugin|[a-z]+-extension)\.json$/

const changed = ['lerna.json']
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join(root, 'packages', name)
  if (!existsSync(join(folder, 'package.json'))) continue
  edit(join(folder, 'package.json'), ({ peerDependencies = {} }) => {
    for (const peer of Object.keys(peerDependencies))
      if (peer.startsWith('@rally/')) peerDependencies[peer] = `^${version}`
  })
  for (const file of manifestsIn(folder))
    edit(join(folder, file), (manifest) => {
      if (manifest.version !== undefined) manifest.version = version
    })
}

function manifestsIn(folder) {
  const below = readdirSync(folder).filter((name) => name.endsWith('-plugin'))
  const files = [
    ...readdirSync(folder),
    ...below.flatMap((name) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`)),
  ]
  return files.filter((path) => THEIRS.test(path))
}

function edit(path, change) {
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const before = JSON.stringify(manifest)
  change(manifest)
  if (JSON.stringify(manifest) === before) return
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
  changed.push(path)
}

const biome = join(root, 'node_modules/.bin/biome')
if (existsSync(biome)) execFileSync(biome, ['format', '--write', ...changed], { cwd: root, stdio: 'ignore' })
execFileSync('git', ['add', '--', ...changed], { cwd: root })
