import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expectAllMet, lazyMembers } from './lazy-members.mjs'
import { packages } from './workspace.mjs'

const NAMES = ['toml-eslint-parser', 'jsonc-parser', 'diff']

/** Libraries that most commands never get to, though their modules are named at the top of ours: loaded on first use. */
export const lazyLibraries = {
  name: 'lazy-libraries',
  setup(build) {
    const from = createRequire(join(packages, 'installer/package.json'))
    const met = new Set()
    expectAllMet(build, { list: NAMES, met, where: 'build/lazy-libraries.mjs' })
    build.onResolve({ filter: new RegExp(`^(${NAMES.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy-library' ? undefined : { path, namespace: 'lazy-library' },
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy-library' }, async ({ path }) => {
      met.add(path)
      const members = Object.keys(await import(pathToFileURL(from.resolve(path)))).filter((key) => key !== 'default')
      return { contents: lazyMembers(members, path), loader: 'js', resolveDir: join(packages, 'installer') }
    })
  },
}
