import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** Types are checked and every package becomes modules in its `dist/`, as far as sources changed. */
export function compile() {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, stdio: 'inherit' })
}
