import { appendFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { str } from '@rally/core/readers'
import { EXPLAINED_CODES, explain } from '@rally/core/rules/why/explanations'
import type { HintRoom } from './hint-room.js'

/** A room in which something goes wrong or waits, so that hints appear. */
export interface Play {
  readonly name: string
  readonly play: (room: HintRoom) => void
  /** Commands that end with another code than 0 where all is well, by their words or the whole line. */
  readonly exits?: Readonly<Record<string, number>>
  /** Commands that are named as the other way, and typed in another play. */
  readonly not?: RegExp
}

const CONTRACT = ['--interface-contract', 'f is pure', '--integration-checkpoint', 'tests pass']
const HANDOFF = ['handoff', '--to', 'claude-1', '--message', 'take a', '--owns', 'a.txt', ...CONTRACT]
const HEARTBEAT = ['heartbeat', '--task-ref', 'T1', '--progress', 'x']

/** The folder of the room. */
function channelOf(room: HintRoom): string {
  return str(room.ask('-', 'where').channel_dir)
}

export const PLAYS: readonly Play[] = [
  {
    name: 'words that name nothing',
    play({ type, start, event }) {
      type('-', 'rooster')
      type('-', 'xyzzyxyzzy')
      type('-', 'hooks', 'verify')
      start('s', 'c')
      event('s', 'PreToolUse', { tool_name: 'Bash', tool_input: { command: 'ls' } })
      for (const args of [
        ['why', 'nobody-9'],
        ['why', 'colision'],
        ['reply'],
        ['reply', 'yes'],
        ['reply', '99', 'yes'],
        ['sent', '99'],
        ['handoff', 'accept', '99'],
        ['wake', '--ref-standby', '99'],
        ['escalate', '--acknowledges', '99', '--reason', 'x'],
        ['retract', '--fact', '99', '--reason', 'x'],
        ['release', 'zz.txt'],
        ['release', '--all'],
        ['claim', 'a.txt', '--to', 'nobody-9'],
        ['lead', 'transfer', '--to', 'nobody-9'],
        ['lead', 'renew'],
        ['tell', 'claud-1', 'x'],
        ['inbox', 'read', '--session-id', 'nobody-9'],
        ['stop', '--session-id', 'nobody-9'],
        ['ring', 'nobody-9'],
        ['tell', 'human', 'the tests are green'],
        ['run', 'show'],
        ['hooks', 'install', '--host', 'nohost'],
        ['claims'],
        ['lead', 'status'],
        ['hosts', 'new', 'My Agent'],
      ])
        type('s', ...args)
    },
  },
  {
    name: 'help, and a configuration that is wrong',
    // It stands for any code.
    exits: { 'help CODE': 2 },
    play(room) {
      room.start('s')
      room.type('-', '--help')
      room.type('-', 'help', 'exitcodes')
      room.type('s', 'watch', '--notify', '--iterations', '1')
      const folder = join(room.machine.home, '.config/rally')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'config.json'), '{"durability":"slow"}')
      room.type('s', 'status')
      room.type('-', 'doctor')
      // What is advised is typed after it was mended.
      rmSync(join(folder, 'config.json'))
    },
  },
  {
    name: 'one collision',
    play(room) {
      const { type, start, edit } = room
      start('s', 'c')
      edit('s', 'a.txt')
      edit('c', 'a.txt')
      edit('s', 'a.txt')
      for (const who of ['s', 'ann']) type(who, 'status')
      type('s', 'why')
      // What each code means stands in one list, whatever the room.
      const words = EXPLAINED_CODES.flatMap((code) => explain(code)?.do ?? [])
      room.show('s', words.join('\n'))
    },
  },
  {
    name: 'edits that are refused',
    play({ machine, start, edit }) {
      machine.lay('.rally.json', '{"hooks":{"collision":"deny"}}')
      start('s', 'c')
      edit('c', 'a.txt')
      edit('s', 'a.txt')
    },
  },
  {
    name: 'claims: warned, refused, lost',
    play({ machine, type, start, edit }) {
      start('s', 'c')
      type('s', 'claim', 'a.txt', '--why', 'prices')
      edit('c', 'a.txt')
      type('c', 'claim', 'a.txt')
      type('ann', 'roster')
      type('s', 'claims')
      machine.lay('.rally.json', '{"hooks":{"collision":"deny"}}')
      edit('c', 'a.txt')
    },
  },
  {
    name: 'a claim of a person, and one that was taken over',
    play({ type, start, edit, event }) {
      start('s', 'c')
      type('ann', 'claim', 'b.txt')
      type('ann', 'roster')
      type('s', 'claim', 'a.txt', '--for', '1m')
      event('s', 'SessionEnd', { reason: 'logout' })
      start('s')
      type('c', 'claim', 'a.txt')
      edit('s', 'a.txt')
    },
  },
  {
    name: 'a question, a message, a handoff',
    not: /decline|handoffs$/,
    play({ type, start, edit, event }) {
      start('s', 'c')
      type('c', 'ask', 'claude-1', 'may I?')
      edit('s', 'b.txt')
      type('c', 'ask', 'claude-1', 'and now?')
      type('s', 'reply')
      type('s', 'reply', 'yes')
      type('c', 'tell', 'gemini', 'x')
      type('c', 'inbox', 'write', '--to', 'claude-1', '--message', 'look', '--requires-ack')
      edit('s', 'b.txt')
      type('s')
      type('s', 'status')
      type('s', 'inbox', 'read')
      type('c', ...HANDOFF)
      edit('s', 'b.txt')
      type('s', 'handoffs')
      type('ann')
      type('ann', 'status')
      event('s', 'Stop')
    },
  },
  {
    name: 'a handoff that was accepted, and a gate that waits for it',
    play({ type, start }) {
      start('s', 'c')
      type('c', ...HANDOFF)
      type('s', 'handoff', 'accept', '1')
      type('s', 'handoff', 'accept', '1')
      type('s', 'handoffs')
      type('s', 'inbox', 'read')
    },
  },
  {
    name: 'a gate that waits for a handoff',
    play({ type, start }) {
      start('s', 'c')
      type('c', ...HANDOFF)
      type('c', 'buildloop', 'poll-gate', 'check')
    },
  },
  {
    name: 'a handoff that is not wanted',
    not: /accept|done/,
    play({ type, start, edit }) {
      start('s', 'c')
      type('c', ...HANDOFF)
      edit('s', 'b.txt')
      type('s', 'handoffs')
    },
  },
  {
    name: 'git takes the work of others along, a claim was taken over',
    play({ type, start, edit, event }) {
      start('s', 'c')
      edit('c', 'a.txt')
      event('s', 'PreToolUse', { tool_name: 'Bash', tool_input: { command: 'git add -A' } })
      type('s', 'post', 'feedback', '--message', 'x')
      event('c', 'UserPromptSubmit', { prompt: 'x' })
    },
  },
  {
    name: 'a blocked room',
    play({ type, start, edit }) {
      start('s', 'c')
      for (let at = 0; at < 6; at++) type('c', 'escalate', '--reason', `which one, ${at}?`)
      edit('s', 'b.txt')
      type('s', 'status')
      type('ann', 'status', '--check')
      type('ann')
    },
    exits: { status: 0 },
  },
  {
    name: 'a lead',
    play({ type, start }) {
      start('s', 'c')
      type('s', 'lead', 'status')
      type('s', 'lead', 'claim')
      type('s', 'lead', 'claim')
      type('c', 'lead', 'relinquish')
    },
    exits: { 'lead claim': 5 },
  },
  {
    name: 'a lead whose lease ran out',
    play(room) {
      room.start('s')
      room.type('s', 'lead', 'claim')
      const path = join(channelOf(room), 'rally/lead.json')
      const stored = JSON.parse(readFileSync(path, 'utf8'))
      const lead = { ...stored.lead, lease_until: '2020-01-01T00:00:00Z' }
      writeFileSync(path, JSON.stringify({ ...stored, lead }))
      room.type('s', 'lead', 'status')
    },
  },
  {
    name: 'a task that is late',
    play({ type, start }) {
      start('s')
      type('s', ...HEARTBEAT, '--expected-interval-seconds', '1')
      type('s', 'status', '--task-ref', 'T2')
    },
  },
  {
    name: 'a standby that is due',
    play({ type, start, ask, show }) {
      start('s')
      type('s', 'standby', '--reason', 'x', '--wake-after', '2020-01-01T00:00:00Z')
      show('s', JSON.stringify(ask('s', 'wake-due')).replaceAll('","', '"\n"'))
    },
  },
  {
    name: 'an agent without a task, and one without hooks',
    play({ type, start, machine }) {
      start('s')
      type('s')
      type('d', 'presence', '--phase', 'working')
      type('s', 'tell', 'other', 'x')
      type('s', 'tell', 'all', 'x')
      machine.lay('.codex/config.toml', '')
      machine.env.CODEX_THREAD_ID = ''
      machine.env.CLAUDECODE = '1'
      type('-', 'doctor', '--all')
      delete machine.env.CLAUDECODE
    },
    exits: { doctor: 0 },
  },
  {
    name: 'a crowd',
    play(room) {
      const { type, start, event } = room
      start('s', 'c')
      room.crowd(25)
      for (let at = 0; at < 9; at++) type('c', 'ask', 'claude-1', `${at} ${'long text '.repeat(60)}`)
      for (const args of [[], ['roster'], ['cost'], ['cost', '--json'], ['hosts']]) type('ann', ...args)
      for (const args of [[], ['claims'], ['claims', '--json'], ['checkpoint'], ['log', '--limit', '5']])
        type('s', ...args)
      event('s', 'UserPromptSubmit', { prompt: 'go on' })
      event('s', 'SessionStart', { source: 'compact' })
    },
  },
  {
    name: 'hooks that are not there, off, old, twice or refused',
    not: /uninstall$/,
    exits: { doctor: 0 },
    play({ machine, type, start }) {
      type('-', 'hooks', 'install')
      machine.lay('.codex/config.toml', '')
      type('-', 'hooks', 'status')
      type('-', 'doctor', '--all')
      start('s')
      type('s', 'status')
      type('-', 'hooks', 'install', '--host', 'claude_code', '--host', 'codex')
      type('-', 'hooks', 'install', '--host', 'claude_code', '--scope', 'user')
      type('-', 'hooks', 'verify')
      type('-', 'hooks', 'status')
      type('-', 'doctor')
      type('-', 'hooks', 'uninstall', '--host', 'claude_code')
      type('-', 'hooks', 'off', '--scope', 'repo')
      type('-', 'hooks', 'status')
      type('-', 'hooks', 'verify')
      type('s', 'status')
    },
  },
  {
    name: 'hooks of an older form',
    not: /uninstall/,
    play({ machine, type }) {
      type('-', 'hooks', 'install', '--host', 'cursor')
      const path = '.cursor/hooks.json'
      machine.lay(path, machine.read(path).replace(/stop/, 'stopped'))
      type('-', 'hooks', 'status', '--host', 'cursor')
      machine.lay(path, machine.read(path).replaceAll('rally-hook ', '/nowhere/rally-hook '))
      type('-', 'hooks', 'verify')
      type('-', 'doctor')
    },
    exits: { doctor: 0, 'hooks verify': 0 },
  },
  {
    name: 'hooks in two scopes of a host that runs both',
    not: /^hooks uninstall$/,
    exits: { doctor: 0 },
    play({ machine, type }) {
      type('-', 'hooks', 'install', '--host', 'codex', '--trust')
      type('-', 'hooks', 'install', '--host', 'codex', '--scope', 'user', '--trust')
      type('-', 'hooks', 'install', '--host', 'cursor')
      const path = '.cursor/hooks.json'
      const { version, hooks } = JSON.parse(machine.read(path))
      machine.lay(path, JSON.stringify({ version, hooks: { ...hooks, stop: [...hooks.stop, ...hooks.stop] } }))
      for (const args of [['hooks', 'status'], ['hooks', 'verify'], ['doctor']]) type('-', ...args)
    },
  },
  {
    name: 'hooks that I switched off, and a file that is left as it is',
    not: /hooks uninstall/,
    exits: { 'hooks install --host claude_code --allow': 0, 'hooks install': 5 },
    play({ machine, type }) {
      type('-', 'hooks', 'install', '--host', 'claude_code')
      type('-', 'hooks', 'off')
      type('-', 'hooks', 'status')
      machine.lay('.cursor/hooks.json', '{"version": 1, "hooks": null}')
      type('-', 'hooks', 'status')
    },
  },
  {
    name: 'hooks that are to go everywhere',
    play({ machine, type, start }) {
      start('s')
      machine.lay('.claude/settings.json', '{}')
      type('-', 'hooks', 'install')
      type('-', 'hooks', 'list')
      type('-', 'hooks', 'uninstall', '--everywhere', '--purge')
    },
  },
  {
    name: 'a guard before commits',
    exits: { guard: 5, doctor: 0 },
    play({ machine, type, start, edit }) {
      start('s', 'c')
      edit('c', 'a.txt')
      machine.lay('a.txt', 'changed\n')
      type('s', 'guard')
      type('s', 'guard', 'install')
      type('s', 'guard', 'install')
      type('ann', 'doctor', '--all')
      const path = '.git/hooks/pre-commit'
      const hook = machine.read(path)
      machine.lay(path, hook.replace(/^# <<< rally guard\n/m, ''))
      type('ann', 'doctor')
      machine.lay(path, '#!/bin/sh\n')
    },
  },
  {
    name: 'rests of programs that died',
    not: /uninstall/,
    play(room) {
      room.start('s')
      room.type('-', 'hooks', 'install', '--host', 'claude_code')
      const old = new Date(Date.now() - 7_200_000)
      const rest = join(channelOf(room), 'sessions', `.x.json.${process.pid}-0123456789ab.tmp`)
      writeFileSync(rest, '')
      utimesSync(rest, old, old)
      const running = join(str(room.machine.env.XDG_CACHE_HOME), 'rally/running')
      mkdirSync(running, { recursive: true })
      writeFileSync(join(running, `claude_code_PreToolUse.1.${Date.now() - 100_000}`), '')
      const fault = { t: Date.now() / 1000, host: 'codex', event: 'Stop', code: 'fault:x', ms: 3 }
      appendFileSync(join(room.machine.home, '.local/state/rally/hooks.jsonl'), `${JSON.stringify(fault)}\n`)
      room.type('-', 'doctor', '--all')
    },
  },
  {
    name: 'a room that cannot be written or read',
    exits: { doctor: 1 },
    play(room) {
      room.start('s')
      const folder = channelOf(room)
      rmSync(join(folder, 'changes.jsonl'), { force: true })
      mkdirSync(join(folder, 'changes.jsonl'))
      room.type('s', 'post', 'feedback', '--message', 'x')
      room.type('s', 'log')
    },
  },
]
