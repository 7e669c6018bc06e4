import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hookCommand } from '@rally/core/moments/hook-command'
import { build } from 'esbuild'
import { bundleHook } from '../build.mjs'

const packages = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A host package of the workspace, whichever there are. */
export interface HostPackage {
  readonly id: string
  readonly folder: string
  readonly fixtures: readonly { readonly event: string; readonly text: string }[]
}

export function hostPackages(): HostPackage[] {
  return fs.readdirSync(packages).flatMap((name) => {
    const folder = join(packages, name)
    const file = join(folder, 'package.json')
    const id = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).rally?.host : undefined
    return typeof id === 'string' ? [{ id, folder, fixtures: readFixtures(join(folder, 'fixtures')) }] : []
  })
}

function readFixtures(folder: string) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^[A-Za-z].*\.json$/.test(name)) : []
  return names.map((name) => ({ event: name.split('.')[0] ?? '', text: fs.readFileSync(join(folder, name), 'utf8') }))
}

/** An adapter for these tests alone: its payload is a moment, its output says what it was told. */
export const TOY_ADAPTER = `
module.exports = (api) => ({
  api: 1, id: 'toy', title: 'Toy',
  capabilities: { moments: [], context: ['session-start', 'prompt', 'before-edit'], deny: true, textLimit: 5000, timeoutUnit: 's', children: true },
  configFiles: [], textFiles: [],
  identify: () => undefined,
  parse: (event, payload, env) => (payload.boom ? boom() : { event, name: event, sessionId: api.str(payload.id), cwd: api.str(payload.cwd), paths: payload.paths, model: env.TOY_MODEL }),
  render: (moment, reply) => ({ stdout: JSON.stringify({ toy: moment.event, ...reply }) }),
})`

/** The installed program: `bin/rally-hook`, `dist/rally-hook.cjs`, the adapters beside it. Answers esbuild's metafile. */
export async function installProgram(dir: string): Promise<{ readonly inputs: Readonly<Record<string, unknown>> }> {
  const hosts = join(dir, 'dist/hosts')
  fs.mkdirSync(hosts, { recursive: true })
  fs.mkdirSync(join(dir, 'bin'))
  const metafile = await bundleHook(join(dir, 'dist/rally-hook.cjs'))
  for (const { id, folder } of hostPackages()) {
    await build({
      entryPoints: [join(folder, 'dist/adapter.js')],
      outfile: join(hosts, `${id}.cjs`),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
      footer: { js: 'module.exports = module.exports.default ?? module.exports;' },
    })
  }
  fs.writeFileSync(join(hosts, 'toy.cjs'), TOY_ADAPTER)
  fs.copyFileSync(join(packages, 'cli/bin/rally-hook.cjs'), join(dir, 'bin/rally-hook.cjs'))
  fs.chmodSync(join(dir, 'bin/rally-hook.cjs'), 0o755)
  fs.symlinkSync('rally-hook.cjs', join(dir, 'bin/rally-hook'))
  fs.writeFileSync(join(dir, 'package.json'), JSON.stringify({ oclif: { plugins: ['@own/host-toy'] } }))
  return metafile
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string | Buffer
  /** A file through which the input is handed over: it is there at once, however busy the machine is. */
  readonly through?: string
}

/** Runs the command line that hosts run, as they do. */
export function callHook(
  program: string,
  [host, event]: readonly [string, string],
  { env = {}, cwd, input = '', through }: CallOptions,
): SpawnSyncReturns<string> {
  if (through !== undefined) fs.writeFileSync(through, input)
  const stdin = through === undefined ? undefined : fs.openSync(through, 'r')
  const done = spawnSync('/bin/sh', ['-c', hookCommand(host, event)], {
    env: { ...env, PATH: `${join(program, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin` },
    encoding: 'utf8',
    timeout: 150_000,
    ...(stdin === undefined ? { input } : { stdio: [stdin, 'pipe', 'pipe'] }),
    ...(cwd === undefined ? {} : { cwd }),
  })
  if (stdin !== undefined) fs.closeSync(stdin)
  return done
}
