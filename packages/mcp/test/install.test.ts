import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'

// `rally hooks install --mcp` and back, for every host that comes with the program and declares a server.

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

interface FileOf {
  readonly kind: string
  readonly path: string
  readonly action: string
  readonly diff: string
}

const run = (what: string, ...args: string[]) => {
  const answer = world.json(['hooks', what, ...args])
  expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true })
  return (answer.files as FileOf[]).filter(({ kind }) => kind === 'mcp')
}

/** Files of the home folder and the repository with their bytes, without rally's own. */
function contents(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const folder of [world.home, world.repo]) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const path = join(folder, name)
      if (/(^|\/)(\.git|\.local|\.cache)(\/|$)/.test(name) || statSync(path).isDirectory()) continue
      found[path] = readFileSync(path, 'base64')
    }
  }
  return found
}

const packages = join(import.meta.dirname, '../..')
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(packages, ...path), 'utf8'))
// A host whose plugin does not come with the program is none that it knows.
const bundled: readonly string[] = readJson('cli/package.json').oclif.plugins
const hosts = readdirSync(packages).flatMap((name) => {
  const pkg = existsSync(join(packages, name, 'package.json')) ? readJson(name, 'package.json') : {}
  const id = bundled.includes(pkg.name) ? pkg.rally?.host : undefined
  return typeof id === 'string' && readFileSync(join(packages, name, 'src/adapter.ts'), 'utf8').includes('mcpServer(')
    ? [id]
    : []
})

describe.each(hosts)('%s', (host) => {
  it.each([[[]], [['--scope', 'user']], [['--scope', 'project']]])('%j: written, shown, taken back', (scope) => {
    const before = contents()
    const planned = run('install', '--host', host, '--mcp', '--dry-run', ...scope)
    expect(planned.length).toBeGreaterThan(0)
    expect(planned.map(({ diff }) => diff).join('\n')).toMatch(/^\+.*"?rally/m)
    expect(contents()).toEqual(before)

    const written = run('install', '--host', host, '--mcp', ...scope)
    const below = scope[1] === 'project' ? world.repo : world.home
    for (const { path } of written) expect(path.startsWith(`${below}/`), path).toBe(true)
    expect(written.some(({ path }) => readFileSync(path, 'utf8').includes(host))).toBe(true)
    for (const { action } of run('install', '--host', host, '--mcp', ...scope)) expect(action).toBe('none')

    run('uninstall', '--host', host, ...scope)
    expect(contents()).toEqual(before)
  })

  it('does not come without being asked for', () => {
    expect(run('install', '--host', host)).toEqual([])
  })

  it('leaves what stands in its files as it is', () => {
    const paths = run('install', '--host', host, '--mcp', '--dry-run').map(({ path }) => path)
    for (const path of paths) {
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(
        path,
        path.endsWith('.toml') ? '# mine\n[mcp_servers.other]\ncommand = "x"\n' : '{ "mine": [ 1,2 ] }',
      )
    }
    const before = contents()
    expect(run('install', '--host', host, '--mcp').map(({ action }) => action)).not.toContain('refused')
    for (const path of paths) expect(readFileSync(path, 'utf8')).toMatch(/mine/)
    run('uninstall', '--host', host)
    expect(contents()).toEqual(before)
  })
})

it('there are hosts to try', () => {
  expect(hosts.length).toBeGreaterThan(0)
})
