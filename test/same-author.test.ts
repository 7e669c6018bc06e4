import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cleanEnv, RALLY } from '../packages/cli/test/run-rally.js'

// The command line and the library are wired in one place: for the same clues they find the same author.

let folder: string
let repo: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally author ')))
  repo = join(folder, 'demo')
  for (const name of ['demo', 'bin', 'home']) mkdirSync(join(folder, name))
  symlinkSync(RALLY, join(folder, 'bin/rally'))
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LIBRARY = `
  const { openRoom } = await import(${JSON.stringify(join(import.meta.dirname, '../packages/local/dist/public/index.js'))})
  const { post } = await import(${JSON.stringify(join(import.meta.dirname, '../packages/core/dist/index.js'))})
  const room = await openRoom(process.cwd(), JSON.parse(process.argv[1]))
  await post(room, { kind: 'feedback', message: 'library' })
  await room.close()
`

/** Who the log says wrote the newest record. */
function newestAuthor(): object {
  const lines = readFileSync(join(folder, 'home/apps/demo/changes.jsonl'), 'utf8').trim().split('\n')
  const { tool, bl_model, thread_id, bl_payload } = JSON.parse(lines.at(-1) ?? '')
  expect(tool).toEqual(expect.any(String))
  return { tool, model: bl_model, run: thread_id, session: bl_payload.session_id }
}

function run(program: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: repo, env, encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
}

interface Clues {
  readonly sessionId?: string
  readonly tool?: string
  readonly model?: string
  readonly runId?: string
}

it.each<readonly [string, Clues, NodeJS.ProcessEnv]>([
  ['only a session id', { sessionId: 's1' }, {}],
  ['a session id in the environment', {}, { RALLY_SESSION_ID: 's2' }],
  ['another name of a host', { sessionId: 's3', tool: 'Codex-CLI' }, {}],
  ['a tool of our own', { sessionId: 's4', tool: 'ci', model: 'm', runId: 'r' }, {}],
  ['the environment of a build loop', {}, { RALLY_TOOL: 'buildloop', RALLY_SESSION_ID: 's5' }],
  ['the environment of a host', {}, { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's6' }],
])('%s: the command line and the library write as the same author', (_what, clues, more) => {
  const env = cleanEnv(join(folder, 'home'), { ...more, PATH: `${join(folder, 'bin')}:${process.env.PATH}` })
  const names = { sessionId: 'session-id', tool: 'tool', model: 'model', runId: 'run-id' } as const
  const flags = Object.entries(clues).flatMap(([key, value]) => [`--${names[key as keyof Clues]}`, value])
  run([RALLY, 'post', 'feedback', '--message', 'command', ...flags], env)
  const command = newestAuthor()
  run(['--input-type=module', '-e', LIBRARY, JSON.stringify(clues)], env)
  expect(newestAuthor()).toEqual(command)
  expect(command).toMatchObject({ session: expect.stringMatching(/^s\d$/) })
})
