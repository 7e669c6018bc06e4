import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RALLY, World } from '../support/world.js'

// The existing system's acceptance list of the boundary (test_boundary.py): a repository of its shape, and our own checkout.

const ROOT = join(import.meta.dirname, '../..')
const NAMES = ['agent-rally-point', 'agent-rally-watcher']

let world: World
beforeEach(() => {
  world = new World()
  for (const name of NAMES) put(`skills/${name}/SKILL.md`, 'x\n')
  put('scripts/rally_point/post.py', 'import json\n')
  const spec = (name: string) => ({
    purpose: name,
    skill_entrypoints: [`skills/${name}/SKILL.md`],
    owns: ['scripts/rally_point/**'],
    forbidden_parent_imports: ['scripts/_paths.py'],
  })
  const plugins = Object.fromEntries(NAMES.map((name) => [name, spec(name)]))
  put('scripts/rally_point/plugin_boundary.json', JSON.stringify({ schema_version: '1.0', plugins }))
})
afterEach(() => world.remove())

function put(path: string, text: string): void {
  const file = join(world.repo, path)
  fs.mkdirSync(join(file, '..'), { recursive: true })
  fs.writeFileSync(file, text)
}

it('test_boundary_manifest_validates_current_checkout', () => {
  const { stdout, status } = spawnSync(process.execPath, [RALLY, 'boundary', '--repo', ROOT, '--check', '--json'], {
    cwd: world.repo,
    env: world.env,
    encoding: 'utf8',
  })
  const result = JSON.parse(stdout)
  expect(result.findings).toEqual([])
  expect([status, result.ok]).toEqual([0, true])
})

it('test_boundary_cli_check_json', () => {
  const { stdout, status } = world.rally(['boundary', '--repo', world.repo, '--check', '--json'])
  const result = JSON.parse(stdout)
  expect(status).toBe(0)
  expect(result).toMatchObject({ ok: true, findings: [], plugins: NAMES })
  expect(result.skill_entrypoints).toEqual(Object.fromEntries(NAMES.map((name) => [name, [`skills/${name}/SKILL.md`]])))
})

it('a forbidden import is one finding, as there', () => {
  put('scripts/rally_point/post.py', 'import json\nfrom _paths import root, home\n')
  const { stdout, status } = world.rally(['boundary', '--repo', world.repo, '--check', '--json'])
  expect(status).toBe(1)
  const paths = JSON.parse(stdout).findings.map(({ path }: { path: string }) => path)
  // Once for each plugin that owns the file.
  expect(paths).toEqual(['scripts/rally_point/post.py', 'scripts/rally_point/post.py'])
})
