import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { allPackages, cli } from './workspace.mjs'

/** Those of the plugins: the program is made with them. */
export async function writePluginManifests() {
  for (const { folder, pkg } of allPackages()) if (pkg.oclif && folder !== cli) await writeManifest(folder)
}

export async function writeProgramManifest() {
  await writeManifest(cli)
}

/** Written with oclif's own plugin loader: what `oclif manifest` does, without a process each. */
async function writeManifest(folder) {
  const { Plugin } = createRequire(import.meta.url)('@oclif/core')
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
