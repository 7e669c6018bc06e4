import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TimelineEntry } from '@rally/core/model/timeline-entry'
import { eventIdOfMessage } from '@rally/core/rules/inbox/message-ids'
import { expect, it, onTestFinished } from 'vitest'
import { makeHookMachine } from '../../../test/hooks/hook-machine.js'
import { playHosts } from '../../../test/hooks/play-hosts.js'
import { RALLY } from './run-rally.js'

it('shows what real writers write, each once, nothing of before, also what comes late; ends with Ctrl-C', async () => {
  const machine = makeHookMachine()
  machine.lay('a.txt', 'x\n')
  const { claude, codex, edit, patch } = playHosts(machine)
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  for (let at = 0; at < 5; at++)
    machine.text('tell', 'codex', `before ${at}`, '--session-id', 's', '--tool', 'claude_code')
  const child = spawn(process.execPath, [RALLY, 'log', '--follow', '--json', '--limit', '2'], {
    cwd: machine.repo,
    env: machine.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  let wake = (): void => {}
  child.stdout.on('data', (bytes) => {
    out += bytes
    wake()
  })
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const entries = (): TimelineEntry[] => out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      if (child.exitCode !== null) throw new Error(`it ended: ${out}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  await until(() => entries().length >= 2)
  const person = ['--session-id', 'human.ann', '--tool', 'human']
  for (let at = 0; at < 4; at++) machine.text('tell', 'codex', `after ${at}`, ...person)
  machine.text('claim', 'a.txt', '--session-id', 's', '--tool', 'claude_code')
  edit('s', 'a.txt')
  patch('c', 'a.txt')
  edit('s', 'a.txt')
  const late = { schema: 'agent-rally.fact.v1', event_id: 'blf_1', kind: 'artifact', tool: 'other', bl_revision: 900 }
  const at = new Date(Date.now() - 600_000).toISOString()
  const record = { ...late, created_at: at, bl_kind: 'feedback', bl_payload: { message: 'late' } }
  appendFileSync(join(String(machine.json('where').out.channel_dir), 'changes.jsonl'), `${JSON.stringify(record)}\n`)
  claude('s', 'SessionEnd', { reason: 'logout' })
  const texts = () => entries().map(({ text }) => text)
  await until(
    () => texts().includes('late') && entries().some(({ type, kind }) => type === 'arrival' && kind === 'left'),
  )
  await until(() => entries().filter(({ type }) => type === 'edit').length >= 2)
  child.kill('SIGINT')
  await exit
  const said = texts().filter((text) => /^(before|after|late)/.test(text))
  expect(said).toEqual(['before 3', 'before 4', 'after 0', 'after 1', 'after 2', 'after 3', 'late'])
  expect(entries().filter(({ type }) => type === 'claim')).toHaveLength(1)
  expect(
    entries()
      .filter(({ type }) => type === 'told')
      .map(({ by }) => by),
  ).toEqual(expect.arrayContaining(['codex-1', 'claude-1']))
  // The whole says the same.
  const all = machine.json('log', '--all').out.entries as TimelineEntry[]
  for (const type of ['record', 'message', 'claim']) {
    const ids = (list: readonly TimelineEntry[]) =>
      list
        .filter((one) => one.type === type && !/^before/.test(one.text))
        .map(({ id }) => eventIdOfMessage(id ?? '') ?? id)
    expect(ids(entries()).sort(), type).toEqual(ids(all).sort())
  }
})
