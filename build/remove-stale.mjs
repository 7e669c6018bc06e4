import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { allPackages } from './workspace.mjs'

const DECLARATION = '.d.ts'

/** Modules whose source is gone: the compiler leaves them, and the steps that look into a folder would go on using them. */
export function removeStale() {
  for (const { folder } of allPackages()) {
    const dist = join(folder, 'dist')
    if (!existsSync(dist)) continue
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      // Made by a later step, from modules that are looked at here.
      if (entry.parentPath.startsWith(join(dist, 'public'))) continue
      if (!entry.isFile() || !entry.name.endsWith(DECLARATION)) continue
      const stem = join(entry.parentPath, entry.name.slice(0, -DECLARATION.length))
      const source = join(folder, 'src', relative(dist, stem))
      if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue
      for (const ending of ['.js', '.js.map', DECLARATION, `${DECLARATION}.map`]) rmSync(stem + ending, { force: true })
    }
  }
}
