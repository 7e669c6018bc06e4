import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const example = join(import.meta.dirname, '../examples/orchestrator/orchestrate.mjs')

let folder: string
let repo: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rally orchestrator '))
  repo = join(folder, 'shop')
  mkdirSync(repo)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: repo })
  git('init', '-q', '-b', 'main')
  writeFileSync(join(repo, 'README.md'), 'one two three\n')
  writeFileSync(join(repo, 'NOTES.md'), 'one two\nthree four\n')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const channel = () => join(folder, 'apps/shop')
const readLines = (...path: string[]) =>
  readFileSync(join(channel(), ...path), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

function orchestrate(...files: string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, AGENT_RALLY_APPS_ROOT: join(folder, 'apps') }
  return spawnSync(process.execPath, [example, repo, ...files], { env, encoding: 'utf8' })
}

it('the example drives a run with two subagents', () => {
  const { stdout, stderr, status } = orchestrate('README.md', 'NOTES.md')
  expect(stderr).toBe('')
  const [first, ...lines] = stdout.trimEnd().split('\n')
  expect(first).toMatch(/^started bl-\d{8}T\d{6}Z-word-count-\d{6}$/)
  expect(lines.filter((line) => !line.includes(' words, '))).toEqual([
    'phase assess',
    'phase count',
    'phase report',
    'closed, the room is clear; subagents ended with 0 and 0',
  ])
  expect(lines).toContain('README.md: 3 words, says agent:counter')
  expect(lines).toContain('NOTES.md: 4 words, says agent:counter')
  expect(status).toBe(0)

  const id = first?.split(' ')[1]
  const records = readLines('changes.jsonl')
  expect(records.map(({ bl_kind }) => bl_kind).filter((kind) => kind === 'handoff')).toHaveLength(2)
  expect(records.at(-1)).toMatchObject({ bl_payload: { phase: 'run-closeout' } })
  expect(records.every((record) => record.bl_build_loop.build_loop_id === id)).toBe(true)
  const heartbeats = readLines('task-heartbeats/agent_counter.jsonl')
  expect(heartbeats.map(({ status: word }) => word).sort()).toEqual([
    'done_pending_release',
    'done_pending_release',
    'running',
    'running',
  ])
  expect(heartbeats.every(({ build_loop_id }) => build_loop_id === id)).toBe(true)
  expect(readLines('inbox/agent_counter.jsonl')).toHaveLength(2)
  expect(readdirSync(join(channel(), 'sessions'))).toEqual([])
})

it('a subagent that fails keeps the run open, and the next one resumes it', () => {
  const failed = orchestrate('README.md', 'MISSING.md')
  expect(failed.status).toBe(5)
  expect(failed.stderr).toContain('1 handoff(s) are open')
  const records = readLines('changes.jsonl')
  expect(records.at(-1)).toMatchObject({ bl_kind: 'escalation' })
  expect(records.some(({ bl_payload }) => bl_payload.phase === 'run-closeout')).toBe(false)

  const again = orchestrate('README.md', 'NOTES.md')
  expect(again.stdout.split('\n')[0]?.replace('resumed', 'started')).toBe(failed.stdout.split('\n')[0])
  expect(again.status).toBe(0)
})

it('the page names the program', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/how-to/build-loop.md'), 'utf8')
  expect(page).toContain('examples/orchestrator/')
})
