import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { World } from '../support/world.js'

// The existing system's acceptance list of the roster (test_agent_rally_roster.py): a tree across two channels, and a ghost.

interface Agent {
  readonly session_id: string
  readonly app: string
  readonly spawned: Record<string, number>
  readonly spawned_total: number
  readonly children: Agent[]
}

let world: World
let apps: string
beforeEach(() => {
  world = new World()
  apps = join(world.channel, '..')
  presence('app-alpha', 'orchestrator-1', '--spawned', 'coder:5,independent-auditor:1', '--task', 'orchestrating')
  presence('app-alpha', 'coder-a', '--parent', 'orchestrator-1', '--task', 'writing the roster module')
  presence('app-beta', 'coder-b', '--parent', 'orchestrator-1', '--tool', 'codex', '--model', 'gpt-5')
  const old = Date.now() / 1000 - 9999
  const ghost = { session_id: 'ghost', tool: 'claude_code', model: 'opus', app_slug: 'app-alpha', phase: 'gone' }
  fs.writeFileSync(
    join(apps, 'app-alpha/sessions/ghost.json'),
    JSON.stringify({
      ...ghost,
      task: 'gone',
      parent: null,
      spawned: {},
      last_seen: old,
      heartbeat_ts: old,
      host: 'h',
      cwd: '/x',
    }),
  )
})
afterEach(() => world.remove())

/** Each channel is that of a repository of its name. */
function presence(app: string, session: string, ...flags: string[]): void {
  const repo = join(world.root, app)
  if (!fs.existsSync(repo)) execFileSync('git', ['init', '-q', '-b', 'main', repo])
  const who = flags.includes('--tool') ? [] : ['--tool', 'claude_code']
  expect(world.json(['presence', '--workdir', repo, '--session-id', session, ...who, ...flags])).toMatchObject({
    ok: true,
  })
}

const roster = (...flags: string[]) =>
  world.json(['roster', ...flags]) as unknown as { agents: Agent[]; live_count: number; stale_count: number }
const ids = (agents: readonly Agent[]) => agents.map(({ session_id }) => session_id).sort()

it('test_build_roster_tree_and_fanout, test_cli_roster_json', () => {
  const { agents, ...counts } = roster()
  expect(counts).toMatchObject({ live_count: 3, stale_count: 1 })
  expect(ids(agents)).toEqual(['orchestrator-1'])
  const [parent] = agents
  expect(ids(parent?.children ?? [])).toEqual(['coder-a', 'coder-b'])
  expect(parent?.spawned).toEqual({ coder: 5, 'independent-auditor': 1 })
  expect(parent?.spawned_total).toBe(6)
  expect(parent?.children.map(({ app }) => app).sort()).toEqual(['app-alpha', 'app-beta'])
})

it('test_app_filter', () => {
  const { agents, live_count } = roster('--app', 'app-beta')
  expect([live_count, ids(agents)]).toEqual([1, ['coder-b']])
})

it('test_stale_included_with_all', () => {
  const { agents } = roster('--all')
  expect(ids(agents.flatMap((agent) => [agent, ...agent.children]))).toContain('ghost')
})

it('test_cli_roster_app_filter', () => {
  const { agents, live_count } = roster('--app', 'app-alpha')
  expect([live_count, ids(agents)]).toEqual([2, ['orchestrator-1']])
  expect(ids(agents[0]?.children ?? [])).toEqual(['coder-a'])
})

it('test_cli_presence_writes_roster_fields', () => {
  presence('app-gamma', 'p2', '--spawned', 'workflow:21,coder:2')
  const [agent] = roster('--app', 'app-gamma').agents
  expect(agent?.spawned).toEqual({ workflow: 21, coder: 2 })
  expect(agent?.spawned_total).toBe(23)
})

it('a fan-out of nobody is none, as there', () => {
  presence('app-gamma', 'p3', '--spawned', 'coder:0')
  expect(world.rally(['roster', '--app', 'app-gamma']).stdout).toMatch(/subagents -$/m)
})
