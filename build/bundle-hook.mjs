import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cli, packages } from './workspace.mjs'

/** The hot path: its package knows how it is bundled, because its tests bundle it, too. */
export async function bundleHook() {
  const { bundleHook: bundle } = await import(pathToFileURL(join(packages, 'hook/build.mjs')))
  await bundle(join(cli, 'dist/rally-hook.cjs'))
}
