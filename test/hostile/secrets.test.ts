import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, World } from '../support/world.js'

const SECRET = 'sk-do-not-leak-4f1d9c'
const NAMES = [
  'ANTHROPIC_API_KEY',
  'OPENAI_API_KEY',
  'GITHUB_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'NATS_PASSWORD',
  'MY_SECRET',
  'NPM_TOKEN',
]
const ME = ['--session-id', 's1', '--tool', 'codex']

const COMMANDS: readonly (readonly string[])[] = [
  ['where'],
  ['presence', '--task', 't', ...ME],
  ['status', ...ME],
  ['post', 'feedback', '--message', 'hello', ...ME],
  ['heartbeat', '--task-ref', 't', ...ME],
  ['inbox', 'write', '--to', 'all', '--message', 'hello', ...ME],
  ['inbox', 'read', ...ME],
  ['ack-inbox', ...ME],
  ['handoff', '--to', 'codex', '--message', 'incomplete', ...ME],
  ['lead', 'claim', ...ME],
  ['checkpoint', ...ME],
  ['hooks', 'install', '--host', 'claude_code', '--scope', 'project'],
  ['hooks', 'status'],
  ['hosts'],
  ['doctor'],
  ['relay', '--to', 'nats://127.0.0.1:1', '--status'],
  ['no-such-command'],
  ['retract', '--fact', 'blf_none', '--reason', 'x', ...ME],
  ['roster'],
  [],
]

let world: World
let said = ''
beforeAll(() => {
  world = new World()
  fs.mkdirSync(join(world.repo, '.claude'))
  const secrets = Object.fromEntries(NAMES.map((name) => [name, SECRET]))
  // A private cache as well: everything that is written can be looked at.
  const env = { ...secrets, XDG_CACHE_HOME: join(world.root, 'cache'), RALLY_DEBUG: '1' }
  for (const args of COMMANDS)
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = world.rally([...args, ...json], { env })
      said += stdout + stderr
    }
  for (const event of ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'SessionEnd', 'NoSuchEvent']) {
    const payload = {
      session_id: 's2',
      cwd: world.repo,
      hook_event_name: event,
      prompt: SECRET,
      tool_name: 'Edit',
      tool_input: { file_path: join(world.repo, 'a.ts'), new_string: SECRET },
    }
    for (const input of [payload, `{"broken": "${SECRET}`]) {
      const { stdout, stderr } = world.hook('claude_code', event, input, { env })
      said += stdout + stderr
    }
  }
})
afterAll(() => world.remove())

describe('secrets of the environment and of what a host hands to a hook', () => {
  it('reach nothing that is said', () => {
    expect(said.length).toBeGreaterThan(2000)
    expect(said).not.toContain(SECRET)
  })

  it('reach nothing that is written: records, presence, journals, caches, settings', () => {
    const files = filesBelow(world.root)
    const names = files.map((file) => file.slice(world.root.length))
    for (const part of ['/apps/shop/changes.jsonl', 'hooks.jsonl', '/.claude/settings.json']) {
      expect(
        names.some((name) => name.includes(part)),
        part,
      ).toBe(true)
    }
    expect(files.filter((file) => fs.readFileSync(file).includes(SECRET))).toEqual([])
  })
})
