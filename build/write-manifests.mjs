import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { allPackages } from './workspace.mjs'

/** The manifests, written with oclif's own plugin loader (what `oclif manifest` does, without a process each). */
export async function writeManifests() {
  const { Plugin } = createRequire(import.meta.url)('@oclif/core')
  for (const { folder, pkg } of allPackages()) {
    if (!pkg.oclif) continue
    rmSync(join(folder, 'oclif.manifest.json'), { force: true })
    mkdirSync(join(folder, 'dist/commands'), { recursive: true })
    const plugin = new Plugin({
      errorOnManifestCreate: true,
      ignoreManifest: true,
      respectNoCacheDefault: true,
      root: folder,
      type: 'core',
    })
    await plugin.load()
    writeFileSync(join(folder, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, null, 2)}\n`)
  }
}
