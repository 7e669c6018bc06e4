import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

// The command lines of the existing system's skill, as they stand there. Each has to work with `rally` in place of the Python
// program, in a shell, with the variables that the text uses.

const SEED = String.raw`
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py status --workdir "$PWD" --session-id "$SESSION_ID" --json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py heartbeat --workdir "$PWD" --session-id "$SESSION_ID" --task-ref "$TASK_REF" --progress "still working" --json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py ack-inbox --workdir "$PWD" --session-id "$SESSION_ID" --tool "$TOOL_ID" --json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py boundary --repo "${'$'}{CLAUDE_PLUGIN_ROOT}" --check --json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/rally_point/boundary.py --repo "${'$'}{CLAUDE_PLUGIN_ROOT}" --check --json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py heartbeat \
--workdir "$PWD" \
--session-id "$SESSION_ID" \
--tool "$TOOL_ID" \
--model "$MODEL" \
--run-id "$RUN_ID" \
--task-ref "$TASK_REF" \
--status running \
--progress "short update since last check-in" \
--evidence "files/tests/commit-or-handoff-ids" \
--json
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py roster # live tree, all channels
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py roster --app ptyd # one channel
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py roster --json # structured (array of agent objects w/ children + spawned)
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py roster --stale-secs 300 --all # widen window, keep stale
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py roster --watch 5 # re-render every 5s
python3 ${'$'}{CLAUDE_PLUGIN_ROOT}/scripts/agent_rally.py presence \
--session-id "$SESSION_ID" --tool claude_code --model opus \
--cwd "$PWD" \
--task "what this agent is actually doing right now" \
--parent "$SPAWNING_SESSION_ID" \
--spawned "coder:2,workflow:21,independent-auditor:1"
python3 scripts/agent_rally.py boundary --repo "$PWD" --check --json
`

/** One entry a command: lines that end in a backslash go on. */
const lines = SEED.trim()
  .split(/(?<!\\)\n/)
  .map((line) =>
    line
      .replace(/^python3 \S*rally_point\/boundary\.py/, 'rally boundary')
      .replace(/^python3 \S*agent_rally\.py/, 'rally'),
  )
const find = (start: string) => {
  const found = lines.filter((line) => line.startsWith(start))
  if (found.length === 0) throw new Error(`no line begins with ${start}`)
  return found
}

let folder: string
let repo: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally seed ')))
  // Named as in the text: `roster --app ptyd`.
  repo = join(folder, 'ptyd')
  mkdirSync(join(repo, 'scripts/rally_point'), { recursive: true })
  writeFileSync(join(repo, 'SKILL.md'), 'x\n')
  const plugin = {
    purpose: 'x',
    skill_entrypoints: ['SKILL.md'],
    owns: ['scripts/**'],
    forbidden_parent_imports: ['os'],
  }
  const manifest = { schema_version: '1.0', plugins: { 'agent-rally-point': plugin } }
  writeFileSync(join(repo, 'scripts/rally_point/plugin_boundary.json'), JSON.stringify(manifest))
  writeFileSync(join(repo, 'scripts/a.py'), 'import sys\n')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: repo })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(join(import.meta.dirname, '../packages/cli/bin/rally.cjs'), join(bin, 'rally'))
  env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: join(folder, 'home'),
    AGENT_RALLY_APPS_ROOT: join(folder, 'apps'),
    XDG_CACHE_HOME: join(tmpdir(), 'rally-golden-cache'),
    CLAUDE_PLUGIN_ROOT: repo,
    SESSION_ID: 'session-1',
    SPAWNING_SESSION_ID: 'orchestrator-1',
    TASK_REF: 'CART-1',
    TOOL_ID: 'claude_code',
    MODEL: 'opus',
    RUN_ID: 'run-1',
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function shell(line: string): string {
  const result = spawnSync('sh', ['-c', line], { cwd: repo, env, encoding: 'utf8' })
  expect(result.status, `${line}\n${result.stderr}`).toBe(0)
  return result.stdout
}
const json = (line: string) => JSON.parse(shell(line))

it('are all understood', () => {
  expect(lines).toHaveLength(13)
  expect(lines.every((line) => line.startsWith('rally '))).toBe(true)
})

it('presence, as every agent is asked to write it', () => {
  const [line = ''] = find('rally presence')
  expect(json(`${line} --json`)).toMatchObject({
    action: 'presence-written',
    session_id: 'session-1',
    task: 'what this agent is actually doing right now',
    parent: 'orchestrator-1',
    spawned: { coder: 2, workflow: 21, 'independent-auditor': 1 },
  })
  expect(shell(line)).toContain('claude-1')
})

it('status and its sensor of the task', () => {
  const [line = ''] = find('rally status')
  expect(json(line)).toMatchObject({ ok: true, session_id: 'session-1', task_heartbeat: { health: 'none' } })
  for (const heartbeat of find('rally heartbeat')) {
    expect(json(heartbeat)).toMatchObject({ action: 'task-heartbeat-written', task_ref: 'CART-1', status: 'running' })
  }
  expect(json(`${line} --task-ref "$TASK_REF"`)).toMatchObject({ task_heartbeat: { health: 'current' } })
  expect(json(`${line} --task-ref OTHER`)).toMatchObject({ status: 'warn', task_heartbeat: { health: 'wrong_task' } })
})

it('the inbox is a doorbell, and acknowledging it rewrites nothing', () => {
  shell(
    'rally inbox write --session-id s2 --from-tool codex --to-tool claude_code --payload-json \'{"message":"hello"}\'',
  )
  const [status = ''] = find('rally status')
  const before = json(`${status} --tool "$TOOL_ID"`)
  expect(before).toMatchObject({ inbox_unread_count: 1, inbox_latest_messages: [{ from: 'codex', preview: 'hello' }] })
  const [ack = ''] = find('rally ack-inbox')
  expect(json(ack)).toMatchObject({ action: 'inbox-ack-written', direct_line_count: 1 })
  expect(json(`${status} --tool "$TOOL_ID"`)).toMatchObject({ inbox_unread_count: 0 })
})

it('the roster in all its forms', async () => {
  const rosters = find('rally roster')
  expect(rosters).toHaveLength(5)
  for (const line of rosters.filter((roster) => !roster.includes('--watch'))) expect(shell(line)).toContain('claude-1')
  const [structured = ''] = rosters.filter((line) => line.includes('--json'))
  expect(json(structured).agents).toMatchObject([{ session_id: 'session-1', spawned_total: 24, children: [] }])
  const [watch = ''] = rosters.filter((line) => line.includes('--watch'))
  expect(await firstFrame(watch)).toContain('claude-1')
})

it.each(['boundary --repo "$', 'boundary --repo "$PWD"'])('%s', (start) => {
  for (const line of find(`rally ${start}`)) {
    expect(json(line)).toMatchObject({ ok: true, plugins: ['agent-rally-point'], findings: [] })
  }
})

it('the boundary check of the skill finds a forbidden import', () => {
  writeFileSync(join(repo, 'scripts/b.py'), 'from os import path\n')
  for (const line of find('rally boundary')) {
    const result = spawnSync('sh', ['-c', line], { cwd: repo, env, encoding: 'utf8' })
    expect(result.status).toBe(1)
    expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, findings: [{ path: 'scripts/b.py' }] })
  }
})

/** What a program that goes on printing says first. */
function firstFrame(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `exec ${line}`], { cwd: repo, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('claude-1')) child.kill()
    })
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}
