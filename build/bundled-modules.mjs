import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledPlugins, required } from './workspace.mjs'

/** Files that a plugin may bring: the keys under `rally` in its package.json. */
export const PLUGIN_MODULES = ['adapter', 'register']

const EMPTY_TABLE = 'BUNDLED_MODULES = {}'

/** The files of the bundled plugins become part of the program: found and compiled with it. */
export const bundledModules = {
  name: 'bundled-modules',
  setup(build) {
    let filled = false
    build.onEnd(() => {
      if (!filled) throw new Error('build/bundled-modules.mjs: the program has no plugins/bundled-modules.js')
    })
    build.onLoad({ filter: /\/plugins\/bundled-modules\.js$/ }, ({ path }) => {
      const entries = bundledPlugins().flatMap(({ folder, pkg }) =>
        PLUGIN_MODULES.filter((key) => pkg.rally?.[key]).map((key) => {
          const file = required(join(folder, pkg.rally[key]))
          return `${JSON.stringify(`${pkg.name} ${key}`)}: () => require(${JSON.stringify(file)}),`
        }),
      )
      const source = readFileSync(path, 'utf8')
      if (!source.includes(EMPTY_TABLE)) throw new Error(`${path}: there is no empty table to fill in`)
      filled = true
      return { contents: source.replace(EMPTY_TABLE, `BUNDLED_MODULES = {\n${entries.join('\n')}\n}`), loader: 'js' }
    })
  },
}
