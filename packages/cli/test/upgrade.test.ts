import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outputSchema } from '@rally/core/model/outputs/upgrade'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, RALLY } from './run-rally.js'

// A registry that knows one package in one version, and rally as its users run it.

let folder: string
let env: NodeJS.ProcessEnv
let server: Server | undefined
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally upgrade ')))
  mkdirSync(join(folder, 'home'))
  env = cleanEnv(join(folder, 'home'), { npm_config_cache: join(folder, 'cache') })
})
afterEach(async () => {
  const open = server
  server = undefined
  if (open !== undefined) await new Promise((resolve) => open.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

/** Answers how often it was asked. */
async function registry(newest: string | undefined): Promise<() => number> {
  let asked = 0
  const started = createServer((request, response) => {
    asked++
    const isKnown = newest !== undefined && request.url?.toLowerCase() === '/@rally%2fcli'
    const versions = { [newest ?? '']: { name: '@rally/cli', version: newest, dist: {} } }
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isKnown ? { name: '@rally/cli', 'dist-tags': { latest: newest }, versions } : {}))
  })
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  server = started
  const address = started.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  writeFileSync(join(folder, 'home/.npmrc'), `registry=http://127.0.0.1:${address.port}/\n`)
  return () => asked
}

/** Not synchronously: the registry is in this process. */
const rally = (...args: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [RALLY, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

it('names the newer version and what to type; asks only when it is asked', async () => {
  const asked = await registry('99.0.0')
  await rally('--json')
  await rally('doctor', '--json')
  expect(asked()).toBe(0)
  const { status, stdout, stderr } = await rally('upgrade')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^99\.0\.0 is newer than \d+\.\d+\.\d+.*\. To install it:$/),
    '  npm install --global @rally/cli@99.0.0',
  ])
  expect(asked()).toBeGreaterThan(0)
})

it('says so when there is none', async () => {
  await registry('0.0.1')
  const { status, stdout } = await rally('upgrade', '--json')
  expect(status).toBe(0)
  expect(outputSchema.parse(JSON.parse(stdout))).toMatchObject({ newest: '0.0.1', newer: false, commands: [] })
})

it('says why it does not know: no such package, no registry', async () => {
  await registry(undefined)
  const unknown = await rally('upgrade', '--json')
  expect(unknown.status).toBe(1)
  expect(JSON.parse(unknown.stdout).error).toMatchObject({
    code: 'NEWEST_UNKNOWN',
    message: expect.stringMatching(/E404/),
  })
  writeFileSync(join(folder, 'home/.npmrc'), 'registry=http://127.0.0.1:1/\n')
  const offline = await rally('upgrade')
  expect([offline.status, offline.stdout]).toEqual([1, ''])
  expect(offline.stderr).toMatch(/could not say which version.*ECONNREFUSED/)
})
