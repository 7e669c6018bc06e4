import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../ready.mjs'

const VERSION = '9.6.1'
export const cache = join(root, 'node_modules/.cache/mutation')

/** Stryker stays out of the lock file: it is big, and only these scripts need it. It uses the vitest of this checkout. */
export function makeStrykerReady() {
  const bin = join(cache, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const manifest = JSON.stringify({
    private: true,
    dependencies: { '@stryker-mutator/core': VERSION, '@stryker-mutator/vitest-runner': VERSION },
  })
  const place = join(cache, 'package.json')
  if (existsSync(bin) && existsSync(place) && readFileSync(place, 'utf8').trim() === manifest) return bin
  mkdirSync(cache, { recursive: true })
  writeFileSync(place, manifest)
  process.stderr.write(`Fetching Stryker ${VERSION} …\n`)
  const args = ['install', '--legacy-peer-deps', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', args, { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
  return bin
}
