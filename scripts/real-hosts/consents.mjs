// By hand: what may an agent of a real host type in the sandbox and the permission mode that the host has by itself, before and
// after `rally hooks install --allow`? node scripts/real-hosts/consents.mjs FOLDER [claude codex codex-write gemini]
// FOLDER holds what `npm install @anthropic-ai/claude-code @openai/codex @google/gemini-cli node@22` made. No account and no
// network is needed: a stub on loopback stands in for the models. Prints each command with what the agent was answered.
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

/** What an agent says, and then what no consent may let it do. */
const LINES = [
  'rally status',
  'rally inbox read',
  'rally ack-inbox',
  'rally tell all "hello from here"',
  "rally claim 'src/**'",
  'rally handoff --to claude --message "take the price rules" --owns src/prices.js --does-not-own src/cart.js --interface-contract "price(item) returns cents" --integration-checkpoint "npm test passes"',
  'rally relay --status',
  'rally hooks off --scope user',
  'rally status-post --help',
  'rally status && touch "$HOME/outside"',
]

const codex = (more) => ({
  id: 'codex',
  tool: (cmd) => ({ tool: 'exec_command', input: { cmd } }),
  program: () => [node, join(clis, 'node_modules/@openai/codex/bin/codex.js'), 'exec', '--json', ...more, `${MARK} go`],
  env: () => ({ STUB_KEY: 'none' }),
  prepare({ home, project }, port) {
    mkdirSync(join(home, '.codex'), { recursive: true })
    const provider = `[model_providers.stub]\nname = "stub"\nbase_url = "http://127.0.0.1:${port}/v1"\nwire_api = "responses"\nenv_key = "STUB_KEY"\n`
    const trust = `[projects.${JSON.stringify(project)}]\ntrust_level = "trusted"\n`
    writeFileSync(
      join(home, '.codex/config.toml'),
      `model = "gpt-5.5"\nmodel_provider = "stub"\n\n${provider}\n${trust}`,
    )
  },
})

const HOSTS = {
  claude: {
    id: 'claude_code',
    tool: (command) => ({ tool: 'Bash', input: { command, description: 'x' } }),
    program: () => {
      const packages = join(clis, 'node_modules/@anthropic-ai')
      const found = readdirSync(packages).map((name) => join(packages, name, 'claude'))
      return [found.find(existsSync), '-p', `${MARK} go`, '--output-format', 'json']
    },
    env: (port) => ({
      ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: 'none' },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', IS_SANDBOX: '1' },
    }),
    prepare: ({ home }) => mkdirSync(join(home, '.claude'), { recursive: true }),
  },
  // `exec` by itself reads only; a person at the terminal usually has workspace-write.
  codex: codex([]),
  'codex-write': codex(['-s', 'workspace-write']),
  gemini: {
    id: 'gemini',
    tool: (command) => ({ tool: 'run_shell_command', input: { command } }),
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
      mkdirSync(join(home, '.gemini'), { recursive: true })
      const auth = { security: { auth: { selectedType: 'gemini-api-key' } } }
      writeFileSync(join(home, '.gemini/settings.json'), `${JSON.stringify(auth)}\n`)
      writeFileSync(join(home, '.gemini/trustedFolders.json'), JSON.stringify({ [project]: 'TRUST_FOLDER' }))
    },
  },
}

/** A home, a repository and the programs, for one host. */
function makeLab(name) {
  // Codex starts no helpers from below the system's temporary folder.
  const at = mkdtempSync(join(process.env.LAB_DIR ?? tmpdir(), `rally ${name} `))
  const [home, project, bin] = ['home', 'project', 'bin'].map((part) => join(at, part))
  for (const one of [home, project, bin, join(project, 'src')]) mkdirSync(one)
  writeFileSync(join(project, 'src/a.txt'), 'line one\n')
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
  }
  // Codex runs commands in a login shell, which begins with a PATH of its own.
  writeFileSync(join(home, '.bash_profile'), `export PATH='${env.PATH}'\n`)
  const git = 'git -c user.name=dev -c user.email=dev@example.invalid'
  spawnSync('bash', ['-c', `git init -q -b main && git add . && ${git} commit -qm one`], { cwd: project, env })
  return { home, project, env, sh }
}

async function run({ project, env }, argv) {
  const child = spawn(argv[0], argv.slice(1), { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000)
  const code = await new Promise((done) => child.on('close', done))
  clearTimeout(timer)
  if (code !== 0) process.stdout.write(`[exit ${code}] ${said.slice(-1000)}\n`)
}

/** One run of the host in which the agent types every line. */
async function play(lab, host) {
  const steps = [...LINES.map((line) => host.tool(line)), { text: 'done' }]
  const model = await startModel(steps, MARK)
  host.prepare(lab, model.port)
  await run({ ...lab, env: { ...lab.env, ...host.env(model.port) } }, host.program())
  const results = model.results()
  for (const [index, line] of LINES.entries()) {
    const answer = (results[index] ?? '(never asked)').replace(/\s*\n\s*/g, ' / ').slice(0, 700)
    process.stdout.write(`  ${line}\n    -> ${answer}\n`)
  }
  model.close()
}

for (const name of wanted.length > 0 ? wanted : Object.keys(HOSTS)) {
  const host = HOSTS[name]
  const lab = makeLab(name)
  process.stdout.write(`\n===== ${name}: before\n`)
  await play(lab, host)
  process.stdout.write(`\n===== ${name}: after\n`)
  lab.sh(`rally hooks install --host ${host.id} --allow`)
  await play(lab, host)
  lab.sh('rally log --limit 5')
  lab.sh('ls "$HOME/outside"')
}
