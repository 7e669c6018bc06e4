import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { PLUGIN_MODULES } from './bundled-modules.mjs'
import { bundledPlugins, cli, required } from './workspace.mjs'

/** What a package lists under `files` that is made by the build, or is about it. */
const CODE = /^(dist|bin|schemas|oclif\.manifest\.json|THIRD-PARTY-NOTICES\.txt)(\/|$)/

/**
 * `dist/bundled/NAME`: what is read of a plugin that comes with the program. As a dependency it would bring its whole package
 * and oclif again; its code is in the program already. A package.json, the list of its commands, the texts and samples that it
 * ships, and what it registers, for programs that use rally as a library. Its commands are those of the program; its adapter is
 * in `dist/hosts`.
 */
export function writePluginFolders() {
  const plugins = join(cli, 'dist/bundled')
  rmSync(plugins, { recursive: true, force: true })
  for (const { folder, pkg } of bundledPlugins()) {
    const to = join(plugins, pkg.name)
    mkdirSync(to, { recursive: true })
    writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifestOf(pkg, to), null, 2)}\n`)
    cpSync(required(join(folder, 'oclif.manifest.json')), join(to, 'oclif.manifest.json'))
    for (const name of pkg.files.filter((one) => !CODE.test(one)))
      cpSync(required(join(folder, name)), join(to, name), { recursive: true })
    for (const key of PLUGIN_MODULES) {
      const file = key === 'adapter' ? undefined : pkg.rally?.[key]
      if (file === undefined) continue
      mkdirSync(dirname(join(to, file)), { recursive: true })
      cpSync(required(join(folder, file)), join(to, file))
    }
  }
}

function manifestOf({ name, version, description, license, oclif, rally }, folder) {
  const target = relative(folder, join(cli, 'dist/rally.cjs'))
  const commands = { strategy: 'explicit', target, identifier: 'BUNDLED_COMMANDS' }
  return {
    ...{ name, version, description, license },
    oclif: oclif.commands === undefined ? oclif : { ...oclif, commands },
    rally,
  }
}
