import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { findCommands } from './find-commands.mjs'
import { cli, readPackage } from './workspace.mjs'

/**
 * oclif's own plugins that are part of the program. As dependencies they would bring an npm and a yarn of their own along, more than
 * all the rest of an installation; bundled, they use the npm that came with the user's Node.
 */
const PLUGINS = ['@oclif/plugin-help', '@oclif/plugin-plugins', '@oclif/plugin-autocomplete']

/** The folder `lib` of one of them. */
function libOf(name) {
  return dirname(createRequire(join(cli, 'package.json')).resolve(name))
}

/** Their commands as `{id, file}`. They need oclif's whole configuration: none of them runs from the registry. */
export function oclifCommands() {
  const found = PLUGINS.flatMap((name) => findCommands(join(libOf(name), 'commands')))
  const words = [...new Set(found.map(({ id }) => id.split(':')[0]))].sort()
  const said = readPackage(cli).rally.oclif
  if (words.join() !== said.join())
    throw new Error(`oclif's plugins bring ${words}, and packages/cli/package.json says ${said}`)
  return found
}

/** What makes completion know the commands of a plugin that was installed. */
export function completionHook() {
  return join(libOf('@oclif/plugin-autocomplete'), 'hooks/refresh-cache.js')
}

const OWN_PATH = 'fileURLToPath(import.meta.url)'

/** Where oclif looks for a package manager: which of our functions answers instead. It would say no more than "not found: npm". */
const MANAGERS = { npm: 'requireNpm', yarn: 'requireYarn' }
const KNOWN = 'if (this.bin)\n            return this.bin;'

/** In a bundle a module's address is its path already; package managers are those of the user. */
export const ownPaths = {
  name: 'oclif-plugins',
  setup(build) {
    const met = new Set()
    build.onEnd(() => {
      for (const name of [OWN_PATH, ...Object.keys(MANAGERS)])
        if (!met.has(name)) throw new Error(`build/oclif-plugins.mjs: nothing asks for ${name} any more`)
    })
    build.onLoad({ filter: /node_modules\/@oclif\/plugin-plugins\/lib\/(yarn|npm|plugins)\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (source.includes(OWN_PATH)) met.add(OWN_PATH)
      const name = basename(path, '.js')
      const replaced = source.replaceAll(OWN_PATH, 'import.meta.url')
      const require = MANAGERS[name]
      if (require === undefined || !source.includes(KNOWN)) return { contents: replaced, loader: 'js' }
      met.add(name)
      const ours = JSON.stringify(join(cli, 'dist/plugins/package-managers.js'))
      const contents = `import { ${require} } from ${ours}\n${replaced.replace(KNOWN, `return (this.bin ??= ${require}());`)}`
      return { contents, loader: 'js' }
    })
  },
}
