import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface LoopbackRegistry {
  readonly url: string
  /** Lines of an `.npmrc` that let npm publish here. */
  readonly npmrc: string
  stop(): Promise<void>
}

/** A registry of its own on 127.0.0.1 that knows no other registry and keeps everything below `folder`. */
export async function startRegistry(folder: string): Promise<LoopbackRegistry> {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const config = join(folder, 'config.yaml')
  writeFileSync(
    config,
    [
      `storage: ${join(folder, 'storage')}`,
      'auth:',
      '  htpasswd:',
      `    file: ${join(folder, 'htpasswd')}`,
      'uplinks: {}',
      'packages:',
      "  '**':",
      '    access: $all',
      '    publish: $all',
      'log: { type: stdout, format: json, level: error }',
      'web: { enable: false }',
      '',
    ].join('\n'),
  )
  const program = createRequire(import.meta.url).resolve('verdaccio/bin/verdaccio')
  const server = spawn(process.execPath, [program, '--config', config, '--listen', address], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: 'ignore',
  })
  const url = `http://${address}/`
  await untilUp(`${url}-/ping`, server)
  const token = await register(url)
  return {
    url,
    npmrc: `registry=${url}\n//${address}/:_authToken=${token}\n`,
    stop: () =>
      new Promise((resolve) => {
        server.once('exit', () => resolve())
        server.kill()
      }),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

async function untilUp(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error(`the registry ended with ${server.exitCode}`)
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the registry did not start')
}

/** npm publishes only with a token, even where everybody may. */
async function register(url: string): Promise<string> {
  const response = await fetch(`${url}-/user/org.couchdb.user:test`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'test', password: 'a test password', email: 'test@example.invalid' }),
  })
  const { token } = (await response.json()) as { token?: string }
  if (!token) throw new Error(`the registry gave no token (${response.status})`)
  return token
}
