import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
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

/** In a bundle a module's address is its path already. */
export const ownPaths = {
  name: 'oclif-plugins',
  setup(build) {
    let met = 0
    build.onEnd(() => {
      if (met === 0) throw new Error(`build/oclif-plugins.mjs: nothing asks for ${OWN_PATH} any more`)
    })
    build.onLoad({ filter: /node_modules\/@oclif\/plugin-plugins\/lib\/(yarn|plugins)\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (source.includes(OWN_PATH)) met++
      return { contents: source.replaceAll(OWN_PATH, 'import.meta.url'), loader: 'js' }
    })
  },
}
