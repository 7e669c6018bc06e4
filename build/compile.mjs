import { execFileSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { allPackages, root } from './workspace.mjs'

/** Types are checked and every package that is there becomes modules in its `dist/`, as far as sources changed. */
export function compile() {
  const folders = allPackages().map(({ folder }) => relative(root, folder))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-b', ...folders], { cwd: root, stdio: 'inherit' })
}
