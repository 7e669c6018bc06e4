import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

// Whatever is a plugin can be taken out: its folder and its entry in the boundary manifest. Everything else still builds, its
// types fit, no import rule breaks, and hosts are told apart as before.

const root = join(import.meta.dirname, '..')
const MANIFEST = 'plugin_boundary.json'
const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && fs.existsSync(join(root, path)))

/** Each builds everything else anew. Hosts are built alike: each second one here, all of them with RALLY_WITHOUT=all. */
const isTried = (name: string, _at: number, all: readonly string[]) =>
  process.env.RALLY_WITHOUT === 'all' ||
  !name.startsWith('host-') ||
  all.filter((one) => one.startsWith('host-')).indexOf(name) % 2 === 0

const plugins = fs
  .readdirSync(join(root, 'packages'))
  .filter(
    (name) =>
      /^(host-|transport-)|^(boundary|board|mcp)$/.test(name) &&
      fs.existsSync(join(root, 'packages', name, 'package.json')),
  )
  .sort()
  .filter(isTried)

let copy: string | undefined
afterEach(() => {
  if (copy !== undefined) fs.rmSync(copy, { recursive: true, force: true })
})

function copyWithout(name: string): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally without ')))
  copy = folder
  for (const path of tracked.filter((file) => !file.startsWith(`packages/${name}/`))) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
    fs.cpSync(join(root, path), join(folder, path))
  }
  const manifest = JSON.parse(fs.readFileSync(join(folder, MANIFEST), 'utf8'))
  delete manifest.plugins[name]
  fs.writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest))
  // What others wrote; the build links our own.
  fs.mkdirSync(join(folder, 'node_modules'))
  for (const entry of fs.readdirSync(join(root, 'node_modules')).filter((one) => one !== '@rally')) {
    fs.symlinkSync(join(root, 'node_modules', entry), join(folder, 'node_modules', entry))
  }
  for (const one of fs.readdirSync(join(folder, 'packages'))) {
    const own = join(root, 'packages', one, 'node_modules')
    if (fs.existsSync(own)) fs.symlinkSync(own, join(folder, 'packages', one, 'node_modules'))
  }
  execFileSync('git', ['init', '-q'], { cwd: folder })
  return folder
}

it('there are plugins to take out', () => {
  expect(plugins.length).toBeGreaterThan(5)
})

it.each(plugins)('without %s all else builds and keeps the rules', (name) => {
  const folder = copyWithout(name)
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(status, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  }
  run('build/build.mjs')
  // The check of the manifest is itself a plugin.
  run('scripts/check.mjs', 'types', 'imports', ...(name === 'boundary' ? [] : ['boundary']))
  run(
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/hooks/marks.test.ts',
    'packages/conformance/test/host-independence.test.ts',
  )
})
