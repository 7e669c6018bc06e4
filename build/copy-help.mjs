import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cli, required, root } from './workspace.mjs'

/** Pages that `rally help PAGE` shows: the program's texts name them, and docs/ is not in the package. */
const PAGES = ['configuration', 'errors', 'exit-codes', 'nats']

/** `dist/help/*.md`. */
export function copyHelp() {
  const folder = join(cli, 'dist/help')
  mkdirSync(folder, { recursive: true })
  for (const page of PAGES)
    copyFileSync(required(join(root, 'docs/reference', `${page}.md`)), join(folder, `${page}.md`))
}
