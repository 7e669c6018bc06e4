import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConfiguration } from '@rally/local/configuration/create-configuration'
import { createChannelDiscovery } from '@rally/local/discovery/channel-discovery'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRelayFiles } from '../dist/relay/relay-files.js'
import { cleanEnv, runRally } from './run-rally.js'

// Whoever can commit writes `.rally.json`: the room that it names on the server is a proposal until the user agrees.

let folder: string
let repo: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally proposal ')))
  repo = join(folder, 'shop')
  for (const name of [repo, join(folder, 'home')]) mkdirSync(name)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  execFileSync('git', ['remote', 'add', 'origin', 'https://git.example.org/team/shop.git'], { cwd: repo })
  env = cleanEnv(join(folder, 'home'))
  expect(rally('presence', '--task', 'x').status).toBe(0)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rally = (...args: string[]) => runRally(args, { cwd: repo, env })
const repositoryFile = () => join(repo, '.rally.json')
const propose = (channel: string) => writeFileSync(repositoryFile(), `{ "relay": { "channel": "${channel}" } }\n`)

async function naming() {
  const discovery = createChannelDiscovery({ env })
  const files = createRelayFiles({
    appsRoot: env.AGENT_RALLY_APPS_ROOT ?? '',
    env,
    configuration: createConfiguration({ env }),
    nonce: () => '0',
  })
  const { configured, proposed } = await files.naming(await discovery.resolve(repo))
  return { configured, proposed }
}

it('is a proposal, is accepted once by its name, and another name is a proposal again', async () => {
  propose('other-team')
  expect(await naming()).toEqual({ configured: undefined, proposed: 'other-team' })
  const before = readFileSync(repositoryFile(), 'utf8')
  expect(rally('relay', '--channel', 'other-team', '--json').status).toBe(0)
  expect(readFileSync(repositoryFile(), 'utf8'), 'a file that says so already is left alone').toBe(before)
  expect(await naming()).toEqual({ configured: 'other-team', proposed: undefined })
  propose('third-team')
  expect(await naming()).toEqual({ configured: undefined, proposed: 'third-team' })
})

it('is the user’s own where the user’s file says the same', async () => {
  propose('our-team')
  mkdirSync(join(folder, 'home/.config/rally'), { recursive: true })
  writeFileSync(join(folder, 'home/.config/rally/config.json'), '{ "relay": { "channel": "our-team" } }')
  expect(await naming()).toEqual({ configured: 'our-team', proposed: undefined })
})

it('counts for the repository that was asked about, not for the next one of that name', async () => {
  propose('other-team')
  rally('relay', '--channel', 'other-team')
  const accepted = join(env.AGENT_RALLY_APPS_ROOT ?? '', '.relay/accepted.json')
  writeFileSync(accepted, readFileSync(accepted, 'utf8').replace(repo, '/somewhere/else/shop'))
  expect(await naming()).toEqual({ configured: undefined, proposed: 'other-team' })
  writeFileSync(accepted, '[damaged')
  expect(await naming()).toEqual({ configured: undefined, proposed: 'other-team' })
})

it('is not written through a link that leads out of the repository', () => {
  const outside = join(folder, 'settings.json')
  writeFileSync(outside, '{"mine":true}\n')
  symlinkSync(outside, repositoryFile())
  const { status, stdout } = rally('relay', '--channel', 'our-team', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout).error.code).toBe('CONFIG_INVALID')
  expect(readFileSync(outside, 'utf8')).toBe('{"mine":true}\n')
})
