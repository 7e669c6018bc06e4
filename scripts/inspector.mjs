// By hand: rally's server as the command line of the protocol's inspector sees it. node scripts/inspector.mjs
// Fetches the inspector with npx unless INSPECTOR_BIN names it, for which the first node on PATH has to be 22.19 or newer; makes a repository and a
// home of its own.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './ready.mjs'

/** The program where it is already, else its package. */
const INSPECTOR = process.env.INSPECTOR_BIN
  ? [process.execPath, process.env.INSPECTOR_BIN]
  : ['npx', '-y', '@modelcontextprotocol/inspector@2.12.0']
const folder = mkdtempSync(join(tmpdir(), 'rally inspector '))
const [home, repo] = [join(folder, 'home'), join(folder, 'repo')]
for (const one of [home, repo]) mkdirSync(one)
execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })

const rally = join(root, 'packages/cli/bin/rally.cjs')
const server = [process.execPath, rally, 'mcp', '--workdir', repo, '--session-id', 'inspector-1', '--tool', 'inspector']
const call = (tool, ...args) => ['tools/call', '--tool-name', tool, ...args.flatMap((arg) => ['--tool-arg', arg])]
const CALLS = [
  ['tools/list'],
  call('room'),
  call('tell', 'to=all', 'text=hello', 'kind=ask'),
  call('claim', 'files=["src/**"]', 'why=a look'),
  call('messages', 'all=true'),
  call('tell', 'to=nobody-here', 'text=x'),
  call('post'),
]

let failed = 0
for (const words of CALLS) {
  const [program, ...args] = [...INSPECTOR, '--cli', ...server, '--method', ...words]
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: folder,
    env: { ...process.env, HOME: home, AGENT_RALLY_APPS_ROOT: join(home, 'apps'), npm_config_cache: npmCache() },
    encoding: 'utf8',
  })
  process.stdout.write(
    `$ inspector --cli rally mcp --method ${words.join(' ')}   [exit ${status}]\n${stdout}${stderr}\n`,
  )
  if (words[0] === 'tools/list' && status !== 0) failed = 1
}
rmSync(folder, { recursive: true, force: true })
process.exit(failed)

function npmCache() {
  return execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim()
}
