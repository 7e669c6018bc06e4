import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConfiguration } from './create-configuration.js'

let dir: string
let repo: string
let env: Record<string, string>
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rally ü-'))
  repo = join(dir, 'repo')
  env = { HOME: dir }
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const userFile = () => join(dir, '.config/rally/config.json')
const repoFile = () => join(repo, '.rally.json')
function put(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
}
const read = (more: Record<string, string> = {}) => createConfiguration({ env: { ...env, ...more } }).read(repo)

describe('createConfiguration', () => {
  it('is empty when nobody has configured anything', async () => {
    expect(await read()).toEqual({})
    expect(await createConfiguration({ env }).read(undefined)).toEqual({})
  })

  it('merges the user file, the repository file and the environment', async () => {
    put(userFile(), {
      apps_root: '~/rooms',
      durability: 'fast',
      hooks: { budget: 1000 },
      relay: { to: 'nats://one', credentials: '/c' },
    })
    put(repoFile(), { $schema: 'https://example.org/x', hooks: { collision: 'deny' }, relay: { channel: 'team-app' } })
    expect(await read({ RALLY_DURABILITY: 'synced', RALLY_RELAY_TO: 'nats://two', RALLY_HOOKS: 'OFF' })).toEqual({
      $schema: 'https://example.org/x',
      apps_root: '~/rooms',
      durability: 'synced',
      hooks: { budget: 1000, collision: 'deny', enabled: false },
      relay: { to: 'nats://two', credentials: '/c', channel: 'team-app' },
    })
    expect(await read({ AGENT_RALLY_APPS_ROOT: '/env', RALLY_HOOKS: 'on' })).toMatchObject({
      apps_root: '/env',
      hooks: { budget: 1000, collision: 'deny' },
    })
    expect((await createConfiguration({ env }).read(undefined)).hooks).toEqual({ budget: 1000 })
  })

  it('finds the user file by the XDG rules', async () => {
    put(join(dir, 'xdg/rally/config.json'), { durability: 'synced' })
    expect(await read({ XDG_CONFIG_HOME: join(dir, 'xdg') })).toEqual({ durability: 'synced' })
    expect(await read({ XDG_CONFIG_HOME: 'xdg' })).toEqual({})
  })

  it.each([
    ['apps_root', { apps_root: '/tmp/evil' }],
    ['durability', { durability: 'fast' }],
    ['relay.to', { relay: { channel: 'a', to: 'nats://evil' } }],
    ['relay.credentials', { relay: { credentials: '/x' } }],
    ['relay.token_file', { relay: { token_file: '/x' } }],
    ['relay.tls', { relay: { tls: { ca: '/x' } } }],
  ])("refuses %s in a repository's file and names it", async (key, content) => {
    put(repoFile(), content)
    await expect(read()).rejects.toMatchObject({ code: 'CONFIG_INVALID', exit: 2, details: { path: repoFile(), key } })
    await expect(read()).rejects.toThrow(`"${key}" is the user's to set`)
    put(userFile(), content)
    rmSync(repoFile())
    await expect(read()).resolves.toEqual(content)
  })

  it.each([
    ['a wrong value', { hooks: { budget: 5 } }, '"hooks.budget" Too small'],
    ['a list', [1], 'the file must hold one JSON object'],
    ['no JSON', '{\n  "hooks": {,\n}', 'it is not JSON (line 2, column 13)'],
    ['nothing', '', 'it is not JSON'],
    ['too much', ' '.repeat(300_000), 'it is no small regular file'],
  ])('names the file and the fault for %s', async (_, content, reason) => {
    for (const path of [userFile(), repoFile()]) {
      put(path, content)
      await expect(read(), path).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { path } })
      await expect(read()).rejects.toThrow(reason)
      rmSync(path)
    }
  })

  it.each([
    ['a key', { hook: {}, hooks: { budget: 500 } }, ['hook'], { hooks: { budget: 500 } }],
    ['an inner key', { hooks: { loud: true, budget: 500 } }, ['hooks.loud'], { hooks: { budget: 500 } }],
    ['several', { a: 1, b: 2, hooks: { c: [] } }, ['hooks.c', 'a', 'b'], { hooks: {} }],
    ['a name that would disturb a terminal', { 'x\u001b[2J\u202e': 1 }, ['x?[2J?'], {}],
    [
      'a name that every object has',
      { toString: 1, hooks: { constructor: 1, budget: 500 } },
      ['hooks.constructor', 'toString'],
      { hooks: { budget: 500 } },
    ],
  ])('passes over %s that a newer version may know, and names it', async (_, content, keys, rest) => {
    for (const path of [userFile(), repoFile()]) {
      put(path, content)
      const configuration = createConfiguration({ env })
      expect(await configuration.read(repo)).toEqual(rest)
      await configuration.read(repo)
      expect(
        configuration
          .ignored?.()
          .map((one) => [one.path, one.key])
          .sort(),
      ).toEqual(keys.map((key) => [path, key]).sort())
      rmSync(path)
    }
  })

  it('still stops for a wrong value beside a key that it does not know', async () => {
    put(userFile(), { newer: 1, hooks: { budget: 5 } })
    await expect(read()).rejects.toThrow('"hooks.budget" Too small')
  })

  it('refuses a relative apps root and a variable that means nothing', async () => {
    put(userFile(), { apps_root: 'rooms' })
    await expect(read()).rejects.toThrow('"apps_root" must be absolute')
    rmSync(userFile())
    await expect(read({ RALLY_DURABILITY: 'yes' })).rejects.toThrow('RALLY_DURABILITY')
  })

  it('never repeats a value, which may be a secret', async () => {
    put(userFile(), '{"relay":{"to":"nats://user:hunter2@host", "max_age_days": "hunter2", "x": hunter2}}')
    const first = await read().catch((error: Error) => error)
    put(userFile(), { relay: { to: 'nats://user:hunter2@host', prefix: 'HUNTER2 hunter2', user: 7 } })
    const second = await read().catch((error: Error) => error)
    for (const error of [first, second]) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2/i)
    }
  })

  it('reads a file with a byte order mark, and is not held up by a FIFO', async () => {
    put(userFile(), '\ufeff{"durability":"synced"}')
    expect(await read()).toEqual({ durability: 'synced' })
    mkdirSync(repo, { recursive: true })
    execFileSync('mkfifo', [repoFile()])
    await expect(read()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('loads the schema only when there is a file', async () => {
    expect(await importedBy()).not.toContain('zod')
    put(userFile(), {})
    expect(await importedBy()).toContain('zod')
  })

  /** The modules that reading the configuration loads in a process of its own. */
  async function importedBy(): Promise<string> {
    const trace = join(dir, 'trace')
    writeFileSync(trace, '')
    const hooks = `import { appendFileSync } from 'node:fs'
      export async function load(url, context, next) { appendFileSync(${JSON.stringify(trace)}, url + '\\n'); return next(url, context) }`
    const module = fileURLToPath(new URL('../../dist/configuration/create-configuration.js', import.meta.url))
    const script = `import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}))
      const { createConfiguration } = await import(${JSON.stringify(module)})
      await createConfiguration({ env: process.env }).read(${JSON.stringify(repo)})`
    await promisify(execFile)(process.execPath, ['--conditions=rally-internal', '--input-type=module', '-e', script], {
      env,
    })
    const loaded = readFileSync(trace, 'utf8')
    expect(loaded).toContain('merge-configuration')
    return loaded
  }
})
