import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import { changeHosts, type InstallableHost, inspectHost, locateFile, type Surroundings } from '@rally/installer'
import { describe, expect, it, onTestFinished } from 'vitest'

/** What somebody else put into a file of the host, and whether the host still ran hooks, as it was seen. */
interface Situation {
  readonly name: string
  readonly runs: boolean
  readonly scope: 'project' | 'user' | 'system'
  readonly path: string
  /** Text, or what is added to the file; of two the second goes to the project's file. */
  readonly add: unknown
  readonly link?: true
  readonly kind?: 'off'
}

const PACKAGES = join(import.meta.dirname, '../../packages')
const folders = readdirSync(PACKAGES).filter((name) => existsSync(join(PACKAGES, name, 'test/silencing.json')))
const cases = await Promise.all(
  folders.map(async (folder) => {
    const { default: factory } = await import(join(PACKAGES, folder, 'src/adapter.ts'))
    const situations = JSON.parse(readFileSync(join(PACKAGES, folder, 'test/silencing.json'), 'utf8')) as Situation[]
    const host: InstallableHost = { adapter: factory(createHostApi()), root: join(PACKAGES, folder) }
    return { host, situations }
  }),
)

function makeMachine(): Surroundings & { readonly repoRoot: string } {
  const root = mkdtempSync(join(tmpdir(), 'rally-silencing-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const places = { home: join(root, 'home'), repoRoot: join(root, 'my repo'), systemRoot: join(root, 'system') }
  for (const folder of Object.values(places)) mkdirSync(folder)
  let word = 0
  return {
    ...places,
    env: {},
    stateDir: join(places.home, 'state'),
    pid: process.pid,
    now: () => Date.parse('2026-11-22T12:00:00Z') + word++,
    isAlive: () => false,
    unique: () => `u${word++}`,
  }
}

function merge(into: unknown, add: unknown): unknown {
  if (Array.isArray(into) && Array.isArray(add)) return [...add, ...into]
  if (typeof into !== 'object' || into === null || typeof add !== 'object' || add === null) return add
  const out: Record<string, unknown> = { ...into }
  for (const [key, value] of Object.entries(add)) out[key] = key in out ? merge(out[key], value) : value
  return out
}

function lay(path: string, add: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  const before: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  writeFileSync(path, typeof add === 'string' ? add : JSON.stringify(merge(before, add), null, 2))
}

describe.each(cases)('$host.adapter.title', ({ host, situations }) => {
  it.each(situations)('$name', async ({ runs, scope, path, add, link, kind }) => {
    const surroundings = makeMachine()
    await changeHosts('install', [host], { scope: 'project', surroundings })
    const place =
      scope === 'system' ? join(surroundings.systemRoot ?? '', path) : locateFile({ scope, path }, surroundings)
    const [first, second] = Array.isArray(add) ? add : [add]
    lay(place ?? '', first)
    const ours = host.adapter.configFiles.find((file) => file.scope === 'project')
    const own = join(surroundings.repoRoot, ours?.path ?? '')
    if (second !== undefined) lay(own, second)
    if (link) {
      renameSync(own, join(surroundings.home, 'elsewhere'))
      symlinkSync(join(surroundings.home, 'elsewhere'), own)
    }
    const file = inspectHost(host, { surroundings }).files.find((one) => one.path === own)
    if (runs) expect(['installed', 'untrusted', 'unknown']).toContain(file?.state)
    else {
      expect(file?.state).toBe(kind ?? 'shadowed')
      expect(file?.obstacles?.[0]?.reason).not.toBe('')
      expect(file?.obstacles?.[0]?.remedy).not.toBe('')
    }
  })

  it('takes no content of a file that decides for a reason to fail', () => {
    const judge = host.adapter.effective?.judge
    const places = [...host.adapter.configFiles, ...(host.adapter.effective?.deciding ?? [])]
    for (const value of [
      undefined,
      null,
      5,
      'x',
      [],
      {},
      { hooks: 5 },
      { hooks: [] },
      { hooks: { Stop: 5 } },
      { plugins: 5 },
    ]) {
      const files = places.map(({ scope, path }) => ({ scope, path: `/x/${path}`, value, linked: false }))
      expect(judge?.(files).obstacles).toBeInstanceOf(Array)
    }
  })
})
