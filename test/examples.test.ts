import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RALLY, World } from './support/world.js'

// The examples that need no program of their own, run as they stand: a job, a hook of git, a status line.

const EXAMPLES = join(import.meta.dirname, '../examples')
const read = (...names: string[]) => fs.readFileSync(join(EXAMPLES, ...names), 'utf8')

let world: World
let env: NodeJS.ProcessEnv
beforeEach(() => {
  world = new World()
  const bin = join(world.root, 'bin')
  fs.mkdirSync(bin)
  fs.symlinkSync(RALLY, join(bin, 'rally'))
  const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
  env = { ...world.env, ...who, PATH: `${bin}:${process.env.PATH}` }
  fs.writeFileSync(join(world.repo, 'a.txt'), 'a\n')
  sh('git add a.txt && git commit -q -m one')
})
afterEach(() => world.remove())

function sh(line: string, more: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  return spawnSync('sh', ['-c', line], {
    cwd: world.repo,
    env: { ...env, ...more.env },
    input: more.input ?? '',
    encoding: 'utf8',
  })
}

const theirs = { RALLY_SESSION_ID: 'peer', RALLY_TOOL: 'codex' }

it('every folder is told of in the table, and every file in a text of its folder or by its name', () => {
  const folders = fs.readdirSync(EXAMPLES).filter((name) => fs.statSync(join(EXAMPLES, name)).isDirectory())
  for (const folder of folders) expect(read('README.md')).toContain(`\`${folder}/\``)
})

it('the job: its commands pass in a room without trouble, and stop it in a blocked one', () => {
  const lines = [...read('github-action/rally.yml').matchAll(/^ +(?:- )?run: (.*)$/gm)].map(([, line]) => line ?? '')
  expect(lines).toEqual(['npm install --global @rally/cli', 'rally status --check', 'rally boundary --check'])
  const [, status = '', boundary = ''] = lines
  const cart = {
    purpose: 'The cart.',
    skill_entrypoints: ['cart/README.md'],
    owns: ['cart/*.js'],
    forbidden_parent_imports: ['shop'],
  }
  fs.writeFileSync(
    join(world.repo, 'plugin_boundary.json'),
    JSON.stringify({ schema_version: '1.0', plugins: { cart } }),
  )
  fs.mkdirSync(join(world.repo, 'cart'))
  fs.writeFileSync(join(world.repo, 'cart/README.md'), '')
  fs.writeFileSync(join(world.repo, 'cart/cart.js'), "import 'node:fs'\n")
  expect(sh(status)).toMatchObject({ status: 0, stderr: '' })
  expect(sh(boundary)).toMatchObject({ status: 0, stderr: '' })
  expect(sh('rally escalate --reason "wait?"', { env: theirs }).status).toBe(0)
  expect(sh(status)).toMatchObject({ status: 5, stderr: expect.stringContaining('the room is blocked') })
  fs.writeFileSync(join(world.repo, 'cart/cart.js'), "import 'shop'\n")
  expect(sh(boundary)).toMatchObject({ status: 1 })
  // Actions are pinned as in this repository's own workflow.
  const uses = (text: string) => [...text.matchAll(/uses: (actions\/\S+ # v\S+)/g)].map(([, action]) => action)
  const own = uses(fs.readFileSync(join(EXAMPLES, '../.github/workflows/ci.yml'), 'utf8'))
  expect(uses(read('github-action/rally.yml'))).toHaveLength(2)
  expect(own).toEqual(expect.arrayContaining(uses(read('github-action/rally.yml'))))
})

it('the hook of git: stops a commit with the work of others, and no other', () => {
  const hook = join(world.repo, '.git/hooks/pre-commit')
  fs.copyFileSync(join(EXAMPLES, 'pre-commit/pre-commit'), hook)
  fs.writeFileSync(join(world.repo, 'a.txt'), 'b\n')
  expect(sh('rally claim a.txt', { env: theirs }).status).toBe(0)
  const mine = { RALLY_SESSION_ID: 'me', RALLY_TOOL: 'codex' }
  const stopped = sh('git commit -q -a -m two', { env: mine })
  expect(stopped.status).not.toBe(0)
  expect(stopped.stderr).toContain('a.txt')
  expect(sh('rally release a.txt', { env: theirs }).status).toBe(0)
  expect(sh('git commit -q -a -m two', { env: mine })).toMatchObject({ status: 0 })
  // Where rally is not installed.
  fs.writeFileSync(join(world.repo, 'a.txt'), 'c\n')
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const bare = join(world.root, 'bare')
  fs.mkdirSync(bare)
  for (const name of ['sh', 'git']) fs.symlinkSync(name === 'git' ? git : '/bin/sh', join(bare, name))
  expect(sh('git commit -q -a -m three', { env: { PATH: bare } })).toMatchObject({ status: 0, stderr: '' })
  // The same command for the program pre-commit.
  expect(read('pre-commit/.pre-commit-config.yaml')).toContain(
    `entry: ${/exec (.*)/.exec(read('pre-commit/pre-commit'))?.[1]}\n`,
  )
})

it('the status line and the prompt: one line where there is something to say', () => {
  const { statusLine } = JSON.parse(read('status-line/claude-settings.json'))
  const payload = JSON.stringify({ session_id: 'me', cwd: world.repo })
  const prompt = `. '${join(EXAMPLES, 'status-line/prompt.sh')}'; eval "$PROMPT_COMMAND"; printf %s "$rally_line"`
  expect(sh(statusLine.command, { input: payload })).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect(sh(prompt)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  for (const id of ['peer', 'me'])
    expect(sh('rally presence --task x', { env: { RALLY_SESSION_ID: id, RALLY_TOOL: 'codex' } }).status).toBe(0)
  expect(sh('rally tell all "the build is red"', { env: theirs }).status).toBe(0)
  for (const text of [
    sh(statusLine.command, { input: payload }).stdout,
    sh(prompt, { env: { RALLY_SESSION_ID: 'me', RALLY_TOOL: 'codex' } }).stdout,
  ]) {
    expect(text.trim().split('\n')).toHaveLength(1)
    expect(text).toContain('1 unread')
  }
})
