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

const plugins = fs
  .readdirSync(join(root, 'packages'))
  .filter(
    (name) =>
      /^(host-|transport-)|^(boundary|board|mcp)$/.test(name) &&
      fs.existsSync(join(root, 'packages', name, 'package.json')),
  )
  .sort()

/**
 * Each try builds everything else anew, so several are taken out at once. RALLY_WITHOUT=pairs does as many tries as it takes that
 * for any two plugins one is without the first and with the second, so that what that one needs of the first is missed;
 * RALLY_WITHOUT=all takes out one at a time. Every run does two: one of these, another each day, and its opposite.
 */
function tries(how = process.env.RALLY_WITHOUT): string[][] {
  if (how === 'all') return plugins.map((name) => [name])
  let count = 2
  while (halves(count).length < plugins.length) count += 2
  const all = halves(count)
  const others = (code: readonly number[]) =>
    Array.from({ length: count }, (_, at) => at).filter((at) => !code.includes(at))
  // Each beside its opposite: of neighbours, which are of one kind, half are out and half are left.
  const codes = all.slice(0, all.length / 2).flatMap((code) => [code, others(code)])
  const every = Array.from({ length: count }, (_, number) => plugins.filter((_name, at) => codes[at]?.includes(number)))
  if (how === 'pairs') return every
  const one = every[Math.trunc(Date.now() / 86_400_000) % count] ?? []
  return [one, plugins.filter((name) => !one.includes(name))]
}

/** Every choice of half of the first `count` numbers: none of them is a part of another. */
function halves(count: number, size = count >> 1, from = 0): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: count - from }, (_, at) => from + at).flatMap((first) =>
    halves(count, size - 1, first + 1).map((rest) => [first, ...rest]),
  )
}

let copy: string | undefined
afterEach(() => {
  if (copy !== undefined) fs.rmSync(copy, { recursive: true, force: true })
})

function copyWithout(names: readonly string[]): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally without ')))
  copy = folder
  const isOut = (path: string) => names.some((name) => path.startsWith(`packages/${name}/`))
  for (const path of tracked.filter((file) => !isOut(file))) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
    fs.cpSync(join(root, path), join(folder, path))
  }
  const manifest = JSON.parse(fs.readFileSync(join(folder, MANIFEST), 'utf8'))
  for (const name of names) delete manifest.plugins[name]
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

it('there are plugins to take out: each is out in one try and left in another, and all tries tell any two apart', () => {
  expect(plugins.length).toBeGreaterThan(5)
  const every = tries()
  expect(
    plugins.filter((name) => every.every((out) => out.includes(name)) || every.every((out) => !out.includes(name))),
  ).toEqual([])
  const pairs = plugins.flatMap((one) => plugins.filter((other) => other !== one).map((other) => [one, other] as const))
  const all = tries('pairs')
  expect(pairs.filter(([one, other]) => !all.some((out) => out.includes(one) && !out.includes(other)))).toEqual([])
})

it.each(tries().map((out) => [out.join(', '), out] as const))(
  'without %s all else builds and keeps the rules',
  (_, out) => {
    const folder = copyWithout(out)
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
      expect(status, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
    }
    run('build/build.mjs')
    // The check of the manifest is itself a plugin.
    run('scripts/check.mjs', 'types', 'imports', ...(out.includes('boundary') ? [] : ['boundary']))
    run(
      'node_modules/vitest/vitest.mjs',
      'run',
      'test/hooks/marks.test.ts',
      'packages/conformance/test/host-independence.test.ts',
    )
  },
)
