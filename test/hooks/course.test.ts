import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LoopbackRegistry, startRegistry } from '../../packages/cli/test/loopback-registry.js'
import { readPage } from '../course/read-page.js'

// The course in the README of the plugin kit, as its packed form has it: its commands are typed and its listings are written, with
// nothing in reach but the packed packages and rally itself. What it makes has to work in a stub of each of its two hosts.

const root = join(import.meta.dirname, '../..')
const OURS = ['core', 'conformance', 'plugin-kit']
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally course ')))
const home = join(folder, 'home')
const bin = join(folder, 'bin')
const work = join(folder, 'my plugins')
const env: NodeJS.ProcessEnv = {
  ...{ HOME: home, PATH: `${bin}:${process.env.PATH}`, LANG: 'C.UTF-8' },
  npm_config_userconfig: join(folder, 'npmrc'),
  npm_config_cache: join(folder, 'npm-cache'),
  npm_config_update_notifier: 'false',
}
let registry: LoopbackRegistry
let page = ''

const run = (program: string, argv: readonly string[], cwd: string, input = '') =>
  spawnSync(program, argv, { cwd, env, input, encoding: 'utf8' })

/** Runs lines of a page, and answers where they end. Throws with what was said where one fails. */
function type(lines: string, cwd: string): string {
  const end = join(folder, 'end')
  const { status, stdout, stderr } = run('bash', ['-ec', `${lines}\npwd > ${JSON.stringify(end)}`], cwd)
  if (status !== 0) throw new Error(`${lines}\n${stdout}${stderr}`)
  return readFileSync(end, 'utf8').trim()
}

/** Goes through a page, from top to bottom. */
function follow(text: string): void {
  let cwd = work
  for (const { language, file, text: block } of readPage(text)) {
    if (file !== undefined) writeFileSync(join(cwd, file), block)
    else if (language === 'sh') cwd = type(block, cwd)
  }
}

beforeAll(async () => {
  for (const path of [home, bin, work]) mkdirSync(path)
  for (const program of ['rally', 'rally-hook'])
    symlinkSync(join(root, `packages/cli/bin/${program}.cjs`), join(bin, program))
  registry = await startRegistry(join(folder, 'registry'))
  writeFileSync(join(folder, 'npmrc'), registry.npmrc)
  for (const name of OURS) publish(join(root, 'packages', name))
  for (const name of ['zod', 'esbuild', `@esbuild/${process.platform}-${process.arch}`])
    publish(withoutOthers(join(root, 'node_modules', name)))
  page = run('npm', ['view', '@rally/plugin-kit', 'readme'], work).stdout
})
afterAll(async () => {
  await registry?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function publish(from: string): void {
  const { status, stderr } = run('npm', ['publish', '--ignore-scripts', '--tag', 'latest'], from)
  expect(status, stderr).toBe(0)
}

/** A copy that names none of the packages for other systems, which this registry has not got. */
function withoutOthers(from: string): string {
  const to = mkdtempSync(join(folder, 'copy-'))
  cpSync(realpathSync(from), to, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8'))
  const own = `@esbuild/${process.platform}-${process.arch}`
  const { [own]: version } = manifest.optionalDependencies ?? {}
  const optionalDependencies = version === undefined ? {} : { [own]: version }
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, optionalDependencies, scripts: {} }))
  return to
}

/** A repository in which the host is used, with the hooks of its plugin. */
function shopWith(host: string): string {
  const shop = join(folder, `a shop of ${host}`)
  mkdirSync(join(shop, 'src'), { recursive: true })
  type(`git init -q\nrally hooks install --host ${host}`, shop)
  return shop
}

it('the course makes a working plugin of each kind', async () => {
  expect(page).toContain('# @rally/plugin-kit')
  follow(page)
  await tryInk(shopWith('ink'))
  await tryNib(shopWith('nib'))
})

it.each([
  ["fileOf({ api }, args, 'file')", "fileOf({ api }, args, 'path')"],
  ['"file": "/home/dev', '"path": "/home/dev'],
  ['context: (message) => ({ message })', 'context: (message) => ({ note: message })'],
])('a page that said other than %s would not pass', (said, instead) => {
  const listing = readPage(page).find(({ file, text }) => file !== undefined && text.includes(said))
  const at = join(work, 'rally-host-ink', listing?.file ?? 'no such listing')
  const right = readFileSync(at, 'utf8')
  try {
    writeFileSync(at, right.replace(said, instead))
    // The same as npm test, without what does not depend on it.
    const quickly = 'npm run build && node --test --test-reporter=tap --test-name-pattern="host contract"'
    expect(() => type(quickly, dirname(dirname(at)))).toThrow(/not ok/)
  } finally {
    writeFileSync(at, right)
  }
})

/** Ink as the page describes it: runs the lines of its hook file, and shows its model what stands in `message`. */
async function tryInk(shop: string): Promise<void> {
  const { hooks } = JSON.parse(readFileSync(join(shop, '.ink/hooks.json'), 'utf8'))
  const play = (session: string, event: string, more: object = {}): string =>
    hooks[event]
      .map(({ command }: { command: string }) => {
        const { stdout } = run('sh', ['-c', command], shop, JSON.stringify({ event, session, folder: shop, ...more }))
        return stdout === '' ? '' : (JSON.parse(stdout).message ?? '')
      })
      .join('')
  const edit = { tool: 'edit_file', args: { file: join(shop, 'src/app.txt'), text: 'x' } }
  play('k-1', 'sessionOpen')
  play('k-1', 'fileWriting', edit)
  expect(play('k-2', 'sessionOpen')).toContain('1 other agent')
  expect(play('k-2', 'fileWriting', edit)).toMatch(/ink-1 is editing src\/app\.txt/)
  for (const session of ['k-1', 'k-2']) play(session, 'sessionClosed')
  expect(run('rally', ['roster', '--json'], shop).stdout).not.toMatch(/"tool": ?"ink"/)
}

/** Nib as the page describes it: two sessions in one process, with the same extension. */
async function tryNib(shop: string): Promise<void> {
  const extension = join(shop, '.nib/plugins/rally.js')
  mkdirSync(dirname(extension), { recursive: true })
  // Nib loads ECMAScript.
  writeFileSync(join(shop, '.nib/package.json'), '{"type":"module"}')
  const { default: rally } = await import(pathToFileURL(extension).href)
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  try {
    const call = { folder: shop, tool: 'write', input: { path: join(shop, 'src/app.txt'), content: 'x' } }
    const heard: string[] = []
    const turn = (session: string) =>
      rally.turn({ session, folder: shop, text: 'go' }, (text: string) => heard.push(text))
    await turn('n-1')
    await rally.before({ ...call, session: 'n-1' })
    await rally.after({ ...call, session: 'n-1' })
    await turn('n-2')
    expect(heard[1]).toContain('1 other agent')
    await rally.before({ ...call, session: 'n-2' })
    expect(await rally.after({ ...call, session: 'n-2' })).toMatch(/nib-1 is editing src\/app\.txt/)
    // One leaves, and the other one of the same process stays.
    await rally.close({ session: 'n-1', folder: shop })
    const left = JSON.parse(run('rally', ['roster', '--json'], shop).stdout)
    expect(JSON.stringify(left)).toContain('"n-2"')
    expect(JSON.stringify(left)).not.toContain('"n-1"')
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, before)
  }
}
