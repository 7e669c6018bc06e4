// What all bundles have in common.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packages } from './workspace.mjs'

/** jsonc-parser's main file cannot be bundled (it looks up its parts at run time); its modules can. */
const jsoncParser = createRequire(join(packages, 'installer/package.json'))
  .resolve('jsonc-parser')
  .replace('/umd/', '/esm/')

export const bundleOptions = {
  alias: { 'jsonc-parser': jsoncParser },
  bundle: true,
  // Packages of this repository see each other's inner modules.
  conditions: ['rally-internal'],
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // Good enough for createRequire(), its only use in what is bundled; making it a URL would load one more module of Node's.
  define: { 'import.meta.url': '__filename' },
  logLevel: 'warning',
}
