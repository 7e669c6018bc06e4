// Runs tests on several versions of Node, one after the other:
//   node scripts/nodes.mjs [--only 22,24] [vitest arguments; without any, the whole suite]
// The Nodes are npm's `node-<system>-<processor>` packages (what its `node` package installs), kept in node_modules/.cache.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { makeReady, root } from './ready.mjs'

const VERSIONS = ['20', '22', '24']
const cache = join(root, 'node_modules/.cache/nodes')

const given = process.argv.slice(2)
const wanted = given[0] === '--only' ? given.splice(0, 2)[1].split(',') : VERSIONS

/** The registry names the package of a Mac with its own processor differently. */
function packageName() {
  const { platform, arch } = process
  return `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`
}

/** The path of the newest `node` of a major version; fetched once. No install script runs. */
function findNode(major) {
  if (process.versions.node.split('.')[0] === major) return process.execPath
  const node = join(cache, 'node_modules', `node-${major}`, 'bin/node')
  if (existsSync(node)) return node
  mkdirSync(cache, { recursive: true })
  const manifest = join(cache, 'package.json')
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : { private: true, dependencies: {} }
  known.dependencies[`node-${major}`] = `npm:${packageName()}@${major}`
  writeFileSync(manifest, JSON.stringify(known))
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync('npm', ['install', ...flags], { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0 || !existsSync(node)) throw new Error(`npm has no ${packageName()}@${major}`)
  return node
}

makeReady()
const results = []
for (const major of wanted) {
  const node = findNode(major)
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  process.stdout.write(`== Node ${version}\n`)
  // What tests start by name (`node`, `npm`, scripts with a first line) runs on this Node, too.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const { status } = spawnSync(node, [join(root, 'scripts/test.mjs'), ...given], { cwd: root, env, stdio: 'inherit' })
  results.push({ version, ok: status === 0 })
}
for (const { version, ok } of results) process.stdout.write(`${version}  ${ok ? 'passed' : 'failed'}\n`)
process.exit(results.every(({ ok }) => ok) ? 0 : 1)
