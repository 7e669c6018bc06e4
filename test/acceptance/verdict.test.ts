import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { readStatus } from '@rally/core/usecases/status/read-status'
import type { StatusInput } from '@rally/core/usecases/status/status-input'
import { openRoom } from '@rally/local'
import { createRepository } from '@rally/local/repository/create-repository'
import { describe, expect, it } from 'vitest'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'
import { playHosts } from '../hooks/play-hosts.js'

// Each row of the table of verdicts, made by real hooks and commands: what a parent with a subagent, another agent and a person
// are told, on a clean and on a dirty tree.

const ASKING = { s: 'claude_code', c: 'codex', 'human.ann': 'human' } as const
type Asking = keyof typeof ASKING

interface Row {
  readonly play: (room: Room) => void
  /** What everybody is told, and what single ones are told besides. */
  readonly all?: readonly string[]
  readonly also?: Partial<Record<Asking, readonly string[]>>
  readonly input?: StatusInput
  /** Asked so many seconds later. */
  readonly later?: number
  /** The file that is dirty is in somebody's hands. */
  readonly isHeld?: boolean
  /** Git does not answer: what changed is not known, which is a matter for whoever may have done it. */
  readonly gitHangs?: boolean
}

const HEARTBEAT = ['heartbeat', '--task-ref', 'T1', '--progress', 'x']
const ROWS: Readonly<Record<string, Row>> = {
  'nothing is wrong': { play: () => {} },
  'a subagent edits': { play: ({ edit }) => edit('s', 'a.txt', { agent_id: 'k1', agent_type: 'general' }) },
  'a subagent and its parent edit one file': {
    play({ edit }) {
      edit('s', 'a.txt', { agent_id: 'k1', agent_type: 'general' })
      edit('s', 'a.txt')
    },
  },
  'a question': {
    play: ({ type }) => type('c', 'escalate', '--reason', 'which one?'),
    all: ['open_escalation'],
  },
  'an answered question': {
    play({ type }) {
      type('c', 'escalate', '--reason', 'which one?')
      type('s', 'escalate', '--acknowledges', '1', '--reason', 'this one')
    },
  },
  'a verdict of a coordination file': {
    play: ({ machine }) =>
      machine.lay('../work.md', '### 2026-01-01 10:00 — codex BLOCKED\n**Step:** 1\n**Verdict:** BLOCKED\n'),
    all: ['unresolved_verdict'],
    input: { coordinationFile: '../work.md' },
  },
  'a task that is blocked': {
    play: ({ type }) => type('s', ...HEARTBEAT, '--status', 'blocked', '--attention-reason', 'no key'),
    also: { s: ['task_blocked'] },
  },
  'a task that asks for attention': {
    play: ({ type }) => type('s', ...HEARTBEAT, '--status', 'needs_attention', '--attention-reason', 'look'),
    also: { s: ['task_needs_attention'] },
  },
  'a check-in that is late': {
    play: ({ type }) => type('s', ...HEARTBEAT, '--interval-seconds', '1'),
    also: { s: ['task_stale_check_in'] },
    later: 120,
  },
  'another task': {
    play: ({ type }) => type('s', ...HEARTBEAT),
    also: { s: ['task_wrong_task'], c: ['task_missing'] },
    input: { taskRef: 'T2' },
  },
  'a task that drifts': {
    play: ({ type }) => type('s', ...HEARTBEAT, '--not-on-task'),
    also: { s: ['task_drift_risk'] },
  },
  'two agents edit one file': {
    play({ edit, patch }) {
      edit('s', 'a.txt')
      patch('c', 'a.txt')
    },
    all: ['collision'],
  },
  'a subagent and another agent edit one file': {
    play({ edit, patch }) {
      edit('s', 'a.txt', { agent_id: 'k1', agent_type: 'general' })
      patch('c', 'a.txt')
    },
    all: ['collision'],
  },
  'a file was changed after an agent edited it, by one that has ended': {
    play({ edit, patch, codex }) {
      edit('s', 'a.txt')
      codex('d', 'SessionStart')
      patch('d', 'a.txt')
      codex('d', 'SessionEnd')
    },
    all: ['changed_since_read'],
  },
  'a claimed file is edited': {
    play({ type, patch }) {
      type('s', 'claim', 'a.txt')
      patch('c', 'a.txt')
    },
    all: ['claim_edited'],
  },
  'a file that a person claimed is edited': {
    play({ type, patch }) {
      type('human.ann', 'claim', 'a.txt')
      patch('c', 'a.txt')
    },
    all: ['claim_edited'],
  },
  'the dirty file is in the hands of a live agent': {
    play: ({ patch }) => patch('c', 'b.txt'),
    isHeld: true,
  },
  'two agents edit one file, each in a working tree of its own': {
    play({ machine, edit, claude }) {
      execFileSync('git', ['worktree', 'add', '-q', '../other'], { cwd: machine.repo })
      edit('s', 'a.txt')
      const cwd = join(machine.repo, '../other')
      claude('w', 'SessionStart', { source: 'startup', cwd })
      claude('w', 'PreToolUse', {
        cwd,
        tool_name: 'Write',
        tool_input: { file_path: join(cwd, 'a.txt'), content: 'x' },
      })
    },
  },
  'git does not answer': { play: () => {}, gitHangs: true },
}

describe.each(Object.entries(ROWS))('%s', (_name, { play, all = [], also = {}, input = {}, later = 0, ...row }) => {
  it('is told to whom it concerns', async () => {
    const room = startRoom()
    play(room)
    const { machine } = room
    for (const dirty of [false, true]) {
      if (dirty) machine.lay('b.txt', 'changed by nobody\n')
      for (const [sessionId, tool] of Object.entries(ASKING)) {
        const ctx = await openRoom(machine.repo, { sessionId, tool }, { env: machine.env, hosts: async () => [] })
        const { coordinationFile: file } = input
        const clock = { now: () => Date.now() / 1000 + later }
        const repository = row.gitHangs === true ? hangingGit(machine) : ctx.repository
        const report = await readStatus(
          { ...ctx, clock, repository },
          {
            ...input,
            ...(file !== undefined && { coordinationFile: join(machine.repo, file) }),
          },
        )
        await ctx.close()
        // A dirty tree is a matter for an agent, which may have done it; not for a person.
        const dirt =
          row.gitHangs === true ? ['changes_unknown'] : dirty && row.isHeld !== true ? ['changed_outside_owned'] : []
        const own = tool === 'human' ? [] : dirt
        const wanted = [...all, ...(also[sessionId as Asking] ?? []), ...own]
        const codes = report.because.map(({ code }) => code)
        expect(codes.sort(), `${sessionId}, dirty ${dirty}: ${JSON.stringify(report.because)}`).toEqual(wanted.sort())
        const blocks = codes.some((code) => /^(open_|unresolved_|task_blocked|task_needs)/.test(code))
        expect(report.status).toBe(blocks ? 'blocked' : codes.length > 0 ? 'warn' : 'clear')
      }
    }
  })
})

/** The working tree as it is known while git hangs. */
function hangingGit({ env, lay, repo }: HookMachine) {
  lay('../slow/git', '#!/bin/sh\nexec sleep 60\n')
  chmodSync(join(repo, '../slow/git'), 0o755)
  return createRepository({ env: { ...env, PATH: `${join(repo, '../slow')}:${env.PATH}` }, dirtyTimeoutMs: 100 })
}

type Room = ReturnType<typeof startRoom>

/** Two live agents, the first with a subagent, in a repository with two committed files. */
function startRoom() {
  const machine: HookMachine = makeHookMachine()
  for (const name of ['a.txt', 'b.txt']) machine.lay(name, 'x\n')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: machine.repo })
  git('add', '.')
  git('commit', '-qm', 'one')
  const hosts = playHosts(machine)
  hosts.claude('s', 'SessionStart', { source: 'startup' })
  hosts.claude('s', 'SubagentStart', { agent_id: 'k1', agent_type: 'general' })
  hosts.codex('c', 'SessionStart')
  return {
    machine,
    ...hosts,
    type(who: Asking, ...args: string[]) {
      const { status, stderr } = machine.text(...args, '--session-id', who, '--tool', ASKING[who])
      expect(status, stderr).toBe(0)
    },
  }
}
