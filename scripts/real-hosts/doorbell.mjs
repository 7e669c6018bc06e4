// Rings the doorbells of the real Claude Code and Codex programs, idle in a terminal of their own, against a stub model. By hand,
// not on every change: it needs tmux, and fetches the programs on first use (HOSTS_CLI_DIR names where they are already).
//
//   node scripts/real-hosts/doorbell.mjs [claude_code|codex]
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeReady, root } from '../ready.mjs'
import { startModelStub } from './model-stub.mjs'

const PROGRAMS = ['@anthropic-ai/claude-code@2.1.330', '@openai/codex@0.169.0', 'node@22']
const KEY = 'dummy-key-of-a-stub-that-needs-none'
const WORDS = 'the freeze is over'
const PATIENCE_MS = 90_000

makeReady()
const programs = process.env.HOSTS_CLI_DIR ?? join(root, 'node_modules/.cache/real-hosts')
if (!existsSync(join(programs, 'node_modules'))) fetchPrograms()
const node = join(programs, 'node_modules/node/bin/node')
const wanted = process.argv[2]

function fetchPrograms() {
  mkdirSync(programs, { recursive: true })
  writeFileSync(join(programs, 'package.json'), '{"private":true}\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', ...PROGRAMS], {
    cwd: programs,
    stdio: 'inherit',
  })
}

/** A home and a repository of their own, rally and the host on PATH. */
function makeLab() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-bell-')))
  const [home, repo, bin] = ['home', 'shop', 'bin'].map((name) => join(folder, name))
  for (const path of [home, repo, bin, join(home, '.claude'), join(home, '.codex')])
    mkdirSync(path, { recursive: true })
  const put = (name, text) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  symlinkSync(node, join(bin, 'node'))
  put('rally', `exec node '${join(root, 'packages/cli/bin/rally.cjs')}' "$@"`)
  symlinkSync(join(root, 'packages/cli/bin/rally-hook.cjs'), join(bin, 'rally-hook'))
  put('codex', `exec node '${join(programs, 'node_modules/@openai/codex/bin/codex.js')}' "$@"`)
  put('claude', `exec '${claudeProgram()}' "$@"`)
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    TZ: 'UTC',
  }
  const run = (command) => {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', command], { cwd: repo, env, encoding: 'utf8' })
    return { status, text: `${stdout}${stderr}`.trimEnd(), stdout }
  }
  run('git init -q -b main && git -c user.name=t -c user.email=t@example.invalid commit -q --allow-empty -m one')
  return { folder, home, repo, env, run }
}

function claudeProgram() {
  const found = [
    'claude-code-linux-x64',
    'claude-code-linux-arm64',
    'claude-code-darwin-arm64',
    'claude-code-darwin-x64',
  ]
    .map((name) => join(programs, 'node_modules/@anthropic-ai', name, 'claude'))
    .find((path) => existsSync(path))
  return found ?? join(programs, 'node_modules/@anthropic-ai/claude-code/cli.js')
}

/** What each host needs to start without a question, and how it is started. */
const HOSTS = {
  claude_code: {
    prepare({ home, repo }) {
      const known = {
        hasCompletedOnboarding: true,
        customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
      }
      const trusted = { projects: { [repo]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } } }
      writeFileSync(join(home, '.claude.json'), JSON.stringify({ ...known, ...trusted }))
    },
    install: 'rally hooks install --host claude_code',
    env: (url) => ({
      ...{ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', IS_SANDBOX: '1' },
    }),
    start: 'claude',
  },
  codex: {
    prepare({ home, repo }, url) {
      const lines = [
        ...['model = "gpt-5.5"', 'model_provider = "stub"', 'approval_policy = "never"'],
        ...['[model_providers.stub]', 'name = "stub"', `base_url = "${url}/v1"`, 'wire_api = "responses"'],
        ...['env_key = "STUB_KEY"', 'request_max_retries = 0', 'stream_max_retries = 0'],
        ...[`[projects.${JSON.stringify(repo)}]`, 'trust_level = "trusted"'],
      ]
      writeFileSync(join(home, '.codex/config.toml'), `${lines.join('\n')}\n`)
    },
    install: 'rally hooks install --host codex --trust',
    env: () => ({ STUB_KEY: KEY }),
    start: 'codex',
  },
}

async function until(what, look) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(200)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`waited in vain for ${what}`)
}

/** Ends what a host left running: programs that lie in the lab. */
function endServers(folder) {
  const rows = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  for (const row of rows) {
    const [, pid, args = ''] = /^\s*(\d+) (.*)$/.exec(row) ?? []
    if (!args.startsWith(`${folder}/`)) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }
}

async function ring(id) {
  const lab = makeLab()
  const stub = await startModelStub()
  const { prepare, install, env, start } = HOSTS[id]
  const socket = join(lab.folder, 'tmux')
  const tmux = (...args) => spawnSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' }).stdout
  const show = (command) => {
    const { text, stdout } = lab.run(command)
    process.stdout.write(`\n$ ${command}\n${text}\n`)
    return stdout
  }
  try {
    prepare(lab, stub.url)
    show(install)
    const variables = Object.entries({ ...lab.env, ...env(stub.url) }).map(([name, value]) => `${name}=${value}`)
    tmux('new-session', '-d', '-x', '150', '-y', '45', '-c', lab.repo, 'env', '-i', ...variables, start)
    const agent = () => JSON.parse(lab.run('rally status --json').stdout || '{}').picture?.agents?.[0]
    const screen = () => tmux('capture-pane', '-p')
    try {
      await until('the screen of the host', () => screen().trim() !== '')
      await sleep(6000)
      // A first prompt by hand: the session has been there, and its turn ends.
      let isTyped = false
      await until('the first request', async () => {
        if (/Use existing model/.test(screen())) {
          // A choice that some versions offer at their first start; what was typed into it is gone.
          for (const key of ['Down', 'Enter']) {
            tmux('send-keys', key)
            await sleep(1000)
          }
          isTyped = false
        } else if (!isTyped) {
          tmux('send-keys', '-l', 'say hello')
          await sleep(1000)
          tmux('send-keys', 'Enter')
          await sleep(2000)
          isTyped = true
        }
        return stub.requests.some((text) => text.includes('say hello'))
      })
      await until('the session to be idle', () => agent()?.state === 'idle')
    } catch (error) {
      process.stdout.write(`${screen()}\n`)
      throw error
    }
    await sleep(1000)
    const { name } = agent()
    const before = stub.requests.length
    const began = Date.now()
    const said = JSON.parse(show(`rally tell ${name} '${WORDS}' --wake --json`))
    await until('the turn that the ring begins', () => stub.requests.slice(before).some((text) => text.includes(WORDS)))
    const heard = stub.requests.slice(before).find((text) => text.includes(WORDS))
    process.stdout.write(
      `\n${id}: a turn began and the model was told ${((Date.now() - began) / 1000).toFixed(1)} s after the ring\n`,
    )
    JSON.parse(heard, (_key, value) => {
      const isTold = typeof value === 'string' && /rally: you have a message|\[message \d+ from/.test(value)
      if (isTold) process.stdout.write(`  | ${value.trim().replaceAll('\n', '\n  | ')}\n`)
      return value
    })
    show(`rally sent ${said.number}`)
    await until('the session to be idle again', () => agent()?.state === 'idle')
    show(`rally ring ${name}`)
    show('rally status')
  } finally {
    tmux('kill-server')
    stub.stop()
    endServers(lab.folder)
    rmSync(lab.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

for (const id of Object.keys(HOSTS)) if (wanted === undefined || wanted === id) await ring(id)
process.exit(0)
