// What is inside each published package, for programs: CycloneDX 1.5. node scripts/sbom.mjs [--write] [PACKAGE]
// Without --write the document is printed (of cli, unless another is named); the release writes sbom.cdx.json into every package.
// Parts are what is bundled into its files and what npm installs beside it. No date and no serial number: the same sources make
// the same document.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundledPackages } from './notices.mjs'
import { root } from './ready.mjs'

export const SBOM = 'sbom.cdx.json'

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

function purlOf(name, version) {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`
}

function componentOf({ name, version, license, description }, { type = 'library', integrity } = {}) {
  const purl = purlOf(name, version)
  const [algorithm, digest] = integrity?.split('-') ?? []
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    ...(description === undefined ? {} : { description }),
    ...(digest === undefined || algorithm !== 'sha512'
      ? {}
      : { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  }
}

/** A package of node_modules, with the hash that the lock file has of it. */
function installed(folder) {
  const { name, version, license, description } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return componentOf({ name, version, license, description }, { integrity: lock[relative(root, folder)]?.integrity })
}

/** What npm installs beside the package, as far as its manifest says: others bring their own documents. */
function declared({ dependencies = {}, optionalDependencies = {} }) {
  const named = Object.entries({ ...dependencies, ...optionalDependencies })
  return named.map(([name, version]) => {
    const known = lock[`node_modules/${name}`]
    const own = known?.link ? lock[known.resolved] : known
    const scope = name in optionalDependencies ? 'optional' : 'required'
    const facts = { name, version, license: own?.license ?? 'Apache-2.0', description: undefined }
    return { ...componentOf(facts, { integrity: own?.integrity }), scope }
  })
}

/** The document of the package in `packages/NAME`. */
export async function sbomOf(name) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const bundled = (await bundledPackages(name)).map(installed)
  const all = new Map([...bundled, ...declared(manifest)].map((one) => [one['bom-ref'], one]))
  const components = [...all.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
  const component = componentOf(manifest, { type: manifest.bin === undefined ? 'library' : 'application' })
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component },
    components,
    dependencies: [{ ref: component['bom-ref'], dependsOn: components.map((one) => one['bom-ref']) }],
  }
}

/** Folders of `packages` that are published. */
export function publishedPackages() {
  return readdirSync(join(root, 'packages')).filter((name) => {
    const file = join(root, 'packages', name, 'package.json')
    return existsSync(file) && !JSON.parse(readFileSync(file, 'utf8')).private
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2).filter((word) => word !== '--write')
  const write = process.argv.includes('--write')
  for (const name of asked.length > 0 ? asked : write ? publishedPackages() : ['cli']) {
    const text = `${JSON.stringify(await sbomOf(name), null, 2)}\n`
    if (write) writeFileSync(join(root, 'packages', name, SBOM), text)
    else process.stdout.write(text)
  }
}
