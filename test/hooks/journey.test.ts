import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter, HostAdapterFactory } from '@rally/core/ports/host'
import { type InstalledCommand, installedCommands } from '@rally/installer'
import { aimPayload } from '@rally/installer/canary-payload'
import { expect, it } from 'vitest'
import { makeSurroundings } from '../../packages/cli/src/installing/make-surroundings.js'
import { type HookMachine, makeHookMachine, snapshot } from './hook-machine.js'

const PACKAGES = join(import.meta.dirname, '../../packages')
/** A host that was taken out of the repository takes this journey with it. */
const areHere = ['host-claude-code', 'host-codex', 'host-gemini', 'host-cursor'].every((name) =>
  existsSync(join(PACKAGES, name)),
)

/** What four users of four hosts had in their files before rally came. */
const SETTINGS: Readonly<Record<string, string>> = {
  '.claude/settings.json':
    '{\r\n  "model": "opus",\r\n  "hooks": {\r\n    "PreToolUse": [\r\n      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "./guard.sh" }] }\r\n    ]\r\n  }\r\n}\r\n',
  '.codex/hooks.json': '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"say done"}]}]}}',
  '.cursor/hooks.json':
    '{\n\t"version": 1, // keep\n\t"hooks": {\n\t\t"afterFileEdit": [{ "command": "./format.sh" }]\n\t}\n}',
  '.gemini/settings.json': '\ufeff{\n  // the theme that I like\n  "ui": { "theme": "dark" } /* really */\n}\n\n',
  'src/app.txt': 'hello world\n',
}

interface Turn {
  readonly machine: HookMachine
  readonly adapter: HostAdapter
  readonly folder: string
  readonly commands: readonly InstalledCommand[]
  readonly sessionId: string
}

async function turnOf(name: string, running: Pick<Turn, 'machine' | 'sessionId'>): Promise<Turn> {
  const folder = join(PACKAGES, name)
  const { default: factory }: { default: HostAdapterFactory } = await import(join(folder, 'src/adapter.ts'))
  const adapter = factory(createHostApi())
  const surroundings = makeSurroundings(running.machine.env, running.machine.repo)
  return { ...running, adapter, folder, commands: installedCommands({ adapter, root: folder }, surroundings) }
}

/** Pipes a recorded payload through the installed command line, in the host's shell. */
function fire(turn: Turn, event: string): Promise<string> {
  const { machine, adapter, commands, folder, sessionId } = turn
  const command = commands.find((one) => one.event === event)?.command
  const sample = adapter.samples?.find((one) => one.event === event)?.file
  if (command === undefined || sample === undefined) throw new Error(`${adapter.id} has no ${event}`)
  const recorded = JSON.parse(readFileSync(join(folder, sample), 'utf8'))
  const moment = adapter.parse(event, recorded, {})
  if (!moment) throw new Error(`${adapter.id} does not know its own ${event}`)
  const payload = aimPayload(recorded, moment, { cwd: machine.repo, sessionId })
  const [shell = '', ...args] = (adapter.runner?.shell ?? []).map((word) => (word === '$SHELL' ? '/bin/sh' : word))
  return new Promise((resolve, reject) => {
    const child = spawn(shell, [...args, command], { cwd: machine.repo, env: machine.env })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${event} exited with ${code}`))))
    child.stdin.end(JSON.stringify(payload))
  })
}

it.runIf(areHere)(
  'four hosts with settings of their own: install, two whole turns at once, the second hears of the first, uninstall',
  async () => {
    const machine = makeHookMachine()
    for (const [path, text] of Object.entries(SETTINGS)) machine.lay(path, text)
    mkdirSync(join(machine.home, '.codex'))
    writeFileSync(join(machine.home, '.codex/config.toml'), `[projects."${machine.repo}"]\ntrust_level = "trusted"\n`)
    writeFileSync(join(machine.home, '.codex/before.toml'), readFileSync(join(machine.home, '.codex/config.toml')))
    const before = snapshot(machine.repo)

    const installed = machine.json('hooks', 'install', '--trust')
    expect(installed).toMatchObject({ status: 0, out: { ok: true } })
    expect(machine.json('hooks', 'install', '--trust').out.files).toMatchObject(
      Array.from({ length: 9 }, () => ({ action: 'none' })),
    )
    expect(readFileSync(join(machine.repo, '.gemini/settings.json'), 'utf8')).toContain('// the theme that I like')
    expect(machine.read('.claude/settings.json').replaceAll('\r\n', '')).not.toContain('\n')

    const first = await turnOf('host-claude-code', { machine, sessionId: 'claude-one' })
    const second = await turnOf('host-codex', { machine, sessionId: 'codex-two' })
    const both = (event: string): Promise<string[]> => Promise.all([fire(first, event), fire(second, event)])

    await both('SessionStart')
    await both('UserPromptSubmit')
    const [edit] = await Promise.all([fire(first, 'PreToolUse'), fire(second, 'UserPromptSubmit')])
    expect(edit).toBe('')
    const [warned] = await Promise.all([fire(second, 'PreToolUse'), fire(first, 'Stop')])
    const answer = JSON.parse(warned ?? '')
    expect(Object.keys(answer)).toEqual(['hookSpecificOutput'])
    expect(answer.hookSpecificOutput.additionalContext).toContain('src/app.txt')
    expect(answer.hookSpecificOutput.additionalContext).toContain('claude-1')

    const status = machine.json('status', '--session-id', 'person', '--tool', 'person').out
    const sessions = JSON.stringify(status.hosts)
    expect(sessions).toContain('claude_code')
    expect(sessions).toContain('codex')

    await both('Stop')
    await both('SessionEnd')
    expect(machine.json('hooks', 'uninstall')).toMatchObject({ status: 0, out: { left: [] } })
    expect(snapshot(machine.repo)).toEqual(before)
    expect(readFileSync(join(machine.home, '.codex/config.toml'))).toEqual(
      readFileSync(join(machine.home, '.codex/before.toml')),
    )
    expect(existsSync(join(machine.home, '.codex/hooks.json'))).toBe(false)
  },
)

it.runIf(areHere)(
  'two edits of one file at the very same time: at least one of the two hears of the other',
  async () => {
    const machine = makeHookMachine()
    for (const [path, text] of Object.entries(SETTINGS)) machine.lay(path, text)
    machine.json('hooks', 'install')
    const turns = await Promise.all([
      turnOf('host-claude-code', { machine, sessionId: 'c-1' }),
      turnOf('host-codex', { machine, sessionId: 'x-2' }),
    ])
    await Promise.all(turns.map((turn) => fire(turn, 'SessionStart')))
    const answers = await Promise.all(turns.map((turn) => fire(turn, 'PreToolUse')))
    expect(answers.filter((answer) => answer.includes('src/app.txt')).length).toBeGreaterThanOrEqual(1)
  },
)
