import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostsProbeOutput } from '@rally/core/model/outputs/hosts-probe'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally } from './run-rally.js'

// A host in which one turn is played while `rally hosts probe` waits: it runs the installed lines as the real one does, and its
// model repeats the probe words that it was handed, but for those of events at which the host drops text.

let folder: string
let repo: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally probe ')))
  const [home, bin] = ['home', 'bin'].map((name) => join(folder, name))
  repo = join(folder, 'a shop')
  for (const path of [home, bin, repo]) mkdirSync(path as string)
  symlinkSync(join(import.meta.dirname, '../bin/rally-hook.cjs'), join(bin as string, 'rally-hook'))
  writeFileSync(join(bin as string, 'claude'), '#!/bin/sh\necho "9.8.7 (Claude Code)"\n', { mode: 0o755 })
  env = cleanEnv(home as string, { PATH: `${bin}:${process.env.PATH}` })
  execFileSync('git', ['init', '-q', repo])
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rally = (...args: string[]) => runRally(args, { cwd: repo, env })
const state = () => join(folder, 'home/.local/state/rally')

/** A turn in a host that drops text at the events that are named. */
function playTurn(session: string, deafAt: readonly string[] = []): string {
  const { hooks } = JSON.parse(readFileSync(join(repo, '.claude/settings.json'), 'utf8'))
  const transcript = join(folder, `${session}.jsonl`)
  let known = ''
  const fire = (event: string, more: object = {}): void => {
    const payload = { session_id: session, cwd: repo, hook_event_name: event, transcript_path: transcript, ...more }
    for (const { hooks: handlers } of hooks[event])
      for (const { command } of handlers) {
        const input = JSON.stringify(payload)
        const { stdout } = spawnSync('sh', ['-c', command], { cwd: repo, env, input, encoding: 'utf8' })
        appendFileSync(transcript, `${JSON.stringify({ type: 'attachment', hook: event, stdout })}\n`)
        if (!deafAt.includes(event)) known += stdout
      }
  }
  const words = () => (known.match(/[a-z]+-\d{4}/g) ?? []).join(' ')
  fire('SessionStart', { source: 'startup' })
  fire('UserPromptSubmit', { prompt: 'which words?' })
  const write = { tool_name: 'Write', tool_input: { file_path: join(repo, 'rally-probe.txt'), content: words() } }
  fire('PreToolUse', write)
  writeFileSync(join(repo, 'rally-probe.txt'), words())
  const said = { role: 'assistant', content: [{ type: 'text', text: words() }] }
  appendFileSync(transcript, `${JSON.stringify({ type: 'assistant', message: said })}\n`)
  fire('Stop')
  return known
}

/** Starts a probe and answers, when it waits, how to get its answer. */
async function startProbe(...args: string[]): Promise<() => Promise<{ out: HostsProbeOutput; status: number | null }>> {
  const child = spawn(process.execPath, [RALLY, 'hosts', 'probe', 'claude_code', '--json', ...args], {
    ...{ cwd: repo, env, stdio: ['ignore', 'pipe', 'pipe'] },
  }) as ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  while (!stderr.includes('Type this prompt') && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20))
  return async () => {
    const status = await ended
    return { out: JSON.parse(stdout), status }
  }
}

const seen = ({ moments }: HostsProbeOutput) => moments.map(({ moment, back }) => `${moment}: ${back.join(' ') || '-'}`)

it('tells which words came back, keeps it with the version of the host, and leaves nothing behind', async () => {
  expect(rally('hooks', 'install', '--host', 'claude_code').status).toBe(0)
  const end = await startProbe('--out', 'my probes')
  // Another terminal has to wait.
  expect(rally('hosts', 'probe', 'claude_code').status).toBe(6)
  expect(playTurn('c-1')).not.toContain('other agent')
  const { out, status } = await end()
  expect(status).toBe(0)
  expect(seen(out)).toEqual(['session-start: answer tool', 'prompt: answer tool', 'before-edit: answer', 'turn-end: -'])
  expect(out).toMatchObject({ version: '9.8.7', lost: [], path: join(repo, 'my probes/9.8.7.json') })
  expect(JSON.parse(readFileSync(join(repo, 'my probes/9.8.7.json'), 'utf8'))).toEqual({
    ...{ host: 'claude_code', version: '9.8.7', moments: out.moments, lost: [] },
  })
  for (const left of ['probe.json', 'probe.jsonl']) expect(existsSync(join(state(), left))).toBe(false)
  expect(existsSync(join(repo, 'rally-probe.txt'))).toBe(false)
  const kept = JSON.parse(rally('hosts', '--json').stdout).hosts.find(({ id }: { id: string }) => id === 'claude_code')
  expect(kept.probe).toMatchObject({ version: '9.8.7', heard: ['session-start', 'prompt', 'before-edit'], lost: [] })
  expect(rally('hosts').stdout).toMatch(/probed {3}claude_code 9\.8\.7 on \d{4}-.*session-start, prompt, before-edit/)
  // A file that is damaged, or from elsewhere, counts as no probe.
  writeFileSync(join(state(), 'probes/claude_code.json'), '{"host":"codex","probed_at":1}')
  expect(rally('hosts').stdout).not.toContain('probed')
  // The session that was probed was never in the room.
  expect(rally('roster', '--json').stdout).not.toContain('c-1')
})

it('names what a host drops, though it keeps it, and leaves other sessions and folders alone', async () => {
  rally('hooks', 'install', '--host', 'claude_code')
  const end = await startProbe('--host-version', '1.0')
  const elsewhere = { session_id: 'c-0', cwd: folder, hook_event_name: 'SessionStart', source: 'startup' }
  const hook = spawnSync('rally-hook', ['claude_code', 'SessionStart'], {
    ...{ cwd: folder, env, input: JSON.stringify(elsewhere), encoding: 'utf8' },
  })
  expect(hook.stdout).toBe('')
  playTurn('c-1', ['PreToolUse'])
  const { out, status } = await end()
  expect([status, out.lost, out.version]).toEqual([1, ['before-edit'], '1.0'])
  expect(out.moments.find(({ moment }) => moment === 'before-edit')).toMatchObject({ back: [], kept: true, said: true })
})

it('says what to do where there are no hooks, where none comes, and for a host that nobody knows', async () => {
  expect(rally('hosts', 'probe', 'claude_code').stderr).toContain('rally hooks install --host claude_code')
  expect(rally('hosts', 'probe', 'quill').status).toBe(3)
  rally('hooks', 'install', '--host', 'claude_code')
  const { status, stderr } = rally('hosts', 'probe', 'claude_code', '--wait', '1')
  expect([status, stderr]).toEqual([1, expect.stringContaining('no hook of Claude Code came')])
  // One that was killed counts only until its time is over.
  writeFileSync(join(state(), 'probe.json'), JSON.stringify({ host: 'claude_code', folder: repo, until: 1, words: {} }))
  expect(playTurn('c-2')).not.toContain('probe word')
  expect(rally('hosts', 'probe', 'claude_code', '--wait', '1').stderr).toContain('no hook')
})
