// What the scripts of this folder that start real hosts share: how each is called and set up, a home and a repository for it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from '../ready.mjs'

export const MARK = 'RALLY-TRIAL'
const clis = resolve(process.argv[2] ?? '')
const node = join(clis, 'node_modules/node/bin/node')

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

/** By name; FOLDER, the first word of the command line, holds the programs. */
export const HOSTS = {
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
export function makeLab(name) {
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
    return stdout
  }
  // Codex runs commands in a login shell, which begins with a PATH of its own.
  writeFileSync(join(home, '.bash_profile'), `export PATH='${env.PATH}'\n`)
  const git = 'git -c user.name=dev -c user.email=dev@example.invalid'
  spawnSync('bash', ['-c', `git init -q -b main && git add . && ${git} commit -qm one`], { cwd: project, env })
  return { home, project, env, sh }
}

/** Runs the host to its end. */
export async function run({ project, env }, argv) {
  const child = spawn(argv[0], argv.slice(1), { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const timer = setTimeout(() => child.kill('SIGKILL'), 280_000)
  const code = await new Promise((done) => child.on('close', done))
  clearTimeout(timer)
  if (code !== 0) process.stdout.write(`[exit ${code}] ${said.slice(-2000)}\n`)
}
