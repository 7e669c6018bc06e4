import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { allPackages, required } from './workspace.mjs'

/**
 * The page of a plugin (`rally.page` in its package.json names its first module): one script, one style sheet and one document,
 * beside it as text that the plugin's server imports. Nothing is fetched from anywhere at run time.
 */
export async function bundlePages() {
  for (const { folder, pkg } of allPackages()) {
    if (!pkg.rally?.page) continue
    const entry = required(join(folder, pkg.rally.page))
    const to = dirname(entry)
    const sources = to.replace(/\/dist\//, '/src/')
    mkdirSync(to, { recursive: true })
    const options = { bundle: true, minify: true, target: ['es2022'], legalComments: 'none', logLevel: 'warning' }
    await build({
      ...options,
      conditions: ['rally-internal'],
      entryPoints: [entry],
      format: 'iife',
      outfile: join(to, 'page.js.txt'),
    })
    await build({ ...options, entryPoints: [join(sources, 'page.css')], outfile: join(to, 'page.css.txt') })
    cpSync(join(sources, 'page.html'), join(to, 'page.html.txt'))
  }
}
