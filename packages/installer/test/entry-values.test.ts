import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookConfigFile, HookValue } from '@rally/core/ports/host'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeHosts } from '../src/change-hosts.js'
import { inspectHost } from '../src/inspect-hosts.js'
import { installedCommands } from '../src/installed-commands.js'
import { makeHost } from './support/hosts.js'
import { type Machine, makeMachine } from './support/machine.js'
import { line } from './support/templates.js'

let machine: Machine
beforeEach(() => {
  machine = makeMachine()
})

const EVENTS = ['session.created', 'tool.execute.before', 'pre_tool-use', 'a:b'] as const
const VALUES: readonly [string, (command: string) => HookValue][] = [
  ['a text', (command) => command],
  ['a list of words', (command) => ['sh', '-c', command]],
  ['args alone', (command) => ({ args: ['-c', command] })],
  ['a program with args', (command) => ({ run: 'sh', args: ['-c', command] })],
  ['an action', (command) => ({ when: 'x', action: { type: 'command', command } })],
  ['an action with args', (command) => ({ action: { program: 'sh', args: ['-c', command] }, timeout: 5 })],
  ['another key', (command) => ({ bash: command, timeoutSec: 5 })],
  ['a list of handlers', (command) => [{ command, timeout: 5 }]],
  ['a group', (command) => ({ matcher: 'x', hooks: [{ action: { command } }] })],
]

const fileOf = (dialect: 'json' | 'jsonc', value: (command: string) => HookValue): HookConfigFile => ({
  scope: 'project',
  path: '.quill/settings.json',
  dialect,
  empty: '{}\n',
  trustSteps: [],
  restart: [],
  entries: EVENTS.map((event) => ({ at: ['hooks', event], event, value: value(line('quill', event)) })),
})

const START: readonly [string, 'json' | 'jsonc', string | undefined][] = [
  ['no file', 'json', undefined],
  ['an empty object', 'json', '{}'],
  ['comments', 'jsonc', '{\n  // mine\n  "a": 1, /* b */\n  "hooks": { "a:b": [ /* first */ "other" ] }\n}\n'],
  ['foreign entries', 'json', '{"hooks":{"session.created":["echo",["x","y"],{"action":{"command":"echo"}}]}}'],
]

describe.each(VALUES)('an entry that is %s', (_name, value) => {
  test.each(START)(
    'goes into %s, is recognised there, and leaves every byte as it was',
    async (_start, dialect, text) => {
      const file = fileOf(dialect, value)
      const host = makeHost('quill', [file])
      const path = join(machine.repoRoot, file.path)
      if (text !== undefined) {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
      }
      const [installed] = await changeHosts('install', [host], { surroundings: machine })
      expect(installed?.refusal).toBeUndefined()
      expect(await changeHosts('install', [host], { surroundings: machine })).toMatchObject([{ action: 'none' }])
      expect(inspectHost(host, { surroundings: machine })).toMatchObject({ state: 'installed' })
      const commands = installedCommands(host, machine)
      expect(commands.map(({ event }) => event)).toEqual(EVENTS)
      for (const { command, event } of commands) expect(command).toContain(`rally-hook quill ${event} `)
      // What somebody adds afterwards stays; without that every byte is as before.
      await changeHosts('uninstall', [host], { surroundings: machine })
      expect(inspectHost(host, { surroundings: machine })).toMatchObject({ state: 'absent' })
      if (text !== undefined) expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )
})

test.each([
  ['one list for all events', () => ['hooks']],
  ['lists at the top', (event: string) => [event]],
  ['lists below their events', (event: string) => ['hooks', event, 'commands']],
])('%s: each entry is known by its event, repaired where it stands, and taken out again', async (_name, at) => {
  const file = fileOf('json', (command) => ({ action: { command } }))
  const host = makeHost('quill', [
    { ...file, entries: file.entries.map((entry) => ({ ...entry, at: at(entry.event) })) },
  ])
  const path = join(machine.repoRoot, file.path)
  mkdirSync(dirname(path), { recursive: true })
  const before = '{"mine":true}\n'
  writeFileSync(path, before)
  await changeHosts('install', [host], { surroundings: machine })
  const right = readFileSync(path, 'utf8')
  expect(installedCommands(host, machine).map(({ event }) => event)).toEqual(EVENTS)
  // As an older version would have written the second of them.
  writeFileSync(path, right.replace(' && NODE_EXTRA_CA_CERTS= rally-hook quill tool', ' && rally-hook quill tool'))
  expect(inspectHost(host, { surroundings: machine })).toMatchObject({ state: 'stale' })
  await changeHosts('install', [host], { surroundings: machine })
  expect(readFileSync(path, 'utf8')).toBe(right)
  await changeHosts('uninstall', [host], { surroundings: machine })
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('an entry of another host in the same shape is not ours', async () => {
  const ours = makeHost('quill', [fileOf('json', (command) => ({ action: { command } }))])
  const theirs = makeHost('pen', [
    { ...fileOf('json', (command) => ({ action: { command: command.replace('quill', 'pen') } })) },
  ])
  await changeHosts('install', [ours], { surroundings: machine })
  await changeHosts('install', [theirs], { surroundings: machine })
  await changeHosts('uninstall', [ours], { surroundings: machine })
  expect(inspectHost(theirs, { surroundings: machine })).toMatchObject({ state: 'installed' })
})

test('an entry without the command line is refused with the reason, not called a bug', async () => {
  const host = makeHost('quill', [fileOf('json', () => ({ command: 'my-own-wrapper' }))])
  const [change] = await changeHosts('install', [host], { surroundings: machine })
  expect(change).toMatchObject({ action: 'refused', refusal: { code: 'template' } })
  expect(change?.refusal?.message).toContain('api.hookCommand')
})
