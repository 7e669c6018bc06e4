// By hand: does an agent of a real host speak through rally's server, in the sandbox and the permissions that the host has by
// itself? node scripts/real-hosts/mcp.mjs FOLDER [claude codex gemini]
// FOLDER holds what `npm install @anthropic-ai/claude-code @openai/codex @google/gemini-cli node@22` made. No account and no
// network is needed: a stub on loopback stands in for the models. Prints what the agent was answered and what the room shows.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from '../ready.mjs'
import { startModel } from './step-model.mjs'

const MARK = 'RALLY-TRIAL'
const [folder = '', ...wanted] = process.argv.slice(2)
const clis = resolve(folder)
const node = join(clis, 'node_modules/node/bin/node')

const HOSTS = {
  claude: {
    id: 'claude_code',
    tool: (name) => ({ tool: `mcp__rally__${name}` }),
    program: () => {
      const packages = join(clis, 'node_modules/@anthropic-ai')
      const found = readdirSync(packages).map((name) => join(packages, name, 'claude'))
      return [found.find(existsSync), '-p', `${MARK} go`, '--output-format', 'json']
    },
    env: (port) => ({
      ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: 'none' },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', IS_SANDBOX: '1' },
    }),
    prepare: ({ home }) => mkdirSync(join(home, '.claude')),
  },
  codex: {
    id: 'codex',
    // A turn does not wait for servers that are starting.
    first: [{ tool: 'exec_command', input: { cmd: 'sleep 4' } }],
    tool: (name) => ({ tool: name, namespace: 'mcp__rally' }),
    program: () => [node, join(clis, 'node_modules/@openai/codex/bin/codex.js'), 'exec', '--json', `${MARK} go`],
    env: () => ({ STUB_KEY: 'none' }),
    prepare({ home, project }, port) {
      mkdirSync(join(home, '.codex'))
      const provider = `[model_providers.stub]\nname = "stub"\nbase_url = "http://127.0.0.1:${port}/v1"\nwire_api = "responses"\nenv_key = "STUB_KEY"\n`
      const trust = `[projects.${JSON.stringify(project)}]\ntrust_level = "trusted"\n`
      writeFileSync(
        join(home, '.codex/config.toml'),
        `model = "gpt-5.5"\nmodel_provider = "stub"\n\n${provider}\n${trust}`,
      )
    },
  },
  gemini: {
    id: 'gemini',
    tool: (name) => ({ tool: `mcp_rally_${name}` }),
    program: () => {
      const bundle = join(clis, 'node_modules/@google/gemini-cli/bundle/gemini.js')
      return [node, bundle, '-m', 'gemini-2.5-pro', '-p', `${MARK} go`, '--output-format', 'json']
    },
    env: (port) => ({
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}`,
      GEMINI_TELEMETRY_ENABLED: 'false',
    }),
    prepare({ home, project }) {
      mkdirSync(join(home, '.gemini'))
      const auth = { security: { auth: { selectedType: 'gemini-api-key' } } }
      writeFileSync(join(home, '.gemini/settings.json'), `${JSON.stringify(auth)}\n`)
      writeFileSync(join(home, '.gemini/trustedFolders.json'), JSON.stringify({ [project]: 'TRUST_FOLDER' }))
    },
  },
}

/** A home, a repository and the programs, for one host. */
function lab(name) {
  const at = mkdtempSync(join(tmpdir(), `rally ${name} `))
  const [home, project, bin] = ['home', 'project', 'bin'].map((part) => join(at, part))
  for (const one of [home, project, bin, join(project, 'src')]) mkdirSync(one)
  writeFileSync(join(project, 'src/shared.txt'), 'line one\n')
  symlinkSync(node, join(bin, 'node'))
  for (const program of ['rally', 'rally-hook'])
    symlinkSync(join(root, `packages/cli/bin/${program}.cjs`), join(bin, program))
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
  }
  const sh = (line) => {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', line], { cwd: project, env, encoding: 'utf8' })
    process.stdout.write(`$ ${line}\n${stdout}${stderr}${status === 0 ? '' : `[exit ${status}]\n`}`)
    return stdout
  }
  sh('git init -q -b main && git -c user.name=dev -c user.email=dev@example.invalid commit -q --allow-empty -m one')
  return { home, project, env, sh }
}

async function run({ project, env }, argv) {
  const child = spawn(argv[0], argv.slice(1), { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const code = await new Promise((done) => child.on('close', done))
  clearTimeout(timer)
  if (code !== 0) process.stdout.write(`[exit ${code}] ${said.slice(-1000)}\n`)
}

async function trial(name) {
  const host = HOSTS[name]
  process.stdout.write(`\n===== ${name}\n`)
  const room = lab(name)
  const steps = []
  const model = await startModel(steps, MARK)
  host.prepare(room, model.port)
  Object.assign(room.env, host.env(model.port))
  const peer = '--session-id desk-1 --tool desk'
  room.sh(`rally presence --task "the other agent" ${peer} --json > /dev/null`)
  room.sh(`rally hooks install --host ${host.id} --trust --mcp`)
  const { number } = JSON.parse(room.sh(`rally tell ${host.id} "price() is mine until noon" --unseen ${peer} --json`))
  const contract = {
    owns: ['src/shared.txt'],
    does_not_own: ['src/other.txt'],
    contract: 'lines',
    checkpoint: 'npm test',
  }
  const calls = [
    ['room', {}],
    ['messages', {}],
    ['messages', { ack: [String(number)] }],
    ['tell', { to: 'desk', text: 'understood, I leave price() to you' }],
    ['claim', { files: ['src/shared.txt'], why: 'new lines' }],
    ['progress', { task: 'new lines' }],
    ['handoff', { to: 'desk', text: 'take the lines', ...contract }],
  ]
  const { first = [] } = host
  steps.push(...first, ...calls.map(([tool, input]) => ({ ...host.tool(tool), input })), { text: 'done' })
  await run(room, host.program())
  for (const [at, [tool, input]] of calls.entries()) {
    const said = model.results()[at + first.length] ?? '(no answer)'
    process.stdout.write(`-> ${tool} ${JSON.stringify(input)}\n${said.replace(/^/gm, '   | ')}\n`)
  }
  model.close()
  for (const line of [`sent ${number}`, 'claims', 'handoffs', `inbox read ${peer}`]) room.sh(`rally ${line}`)
  room.sh(`rally hooks uninstall --host ${host.id}`)
}

for (const name of wanted.length > 0 ? wanted : Object.keys(HOSTS)) await trial(name)
process.exit(0)
