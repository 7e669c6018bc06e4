// Sets the checkout up on first use: dependencies from the lock file, then the build.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  process.stderr.write(`Rally needs Node 20.19 or newer; this is ${process.version}.\n`)
  process.exit(1)
}

function newestSource(folder) {
  let newest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'schemas', 'oclif.manifest.json'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    newest = Math.max(newest, entry.isDirectory() ? newestSource(path) : statSync(path).mtimeMs)
  }
  return newest
}

/** Installs and builds what is missing or older than the sources; says so on stderr. */
export function makeReady() {
  requireNode()
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
    process.stderr.write('Installing dependencies (npm ci) …\n')
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  const program = join(root, 'packages/cli/dist/rally.cjs')
  const sources = Math.max(newestSource(join(root, 'packages')), newestSource(join(root, 'build')))
  if (existsSync(program) && existsSync(join(root, 'packages/cli/schemas')) && statSync(program).mtimeMs >= sources)
    return
  process.stderr.write('Building …\n')
  execFileSync(process.execPath, [join(root, 'build/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
