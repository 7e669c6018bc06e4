import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { allPackages, root } from './workspace.mjs'

/** A package that came with a newer commit is linked as `npm ci` would: without installing everything again. */
export function linkPackages() {
  for (const { folder, pkg } of allPackages()) {
    const link = join(root, 'node_modules', pkg.name)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(relative(dirname(link), folder), link)
  }
}
