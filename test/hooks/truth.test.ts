import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeHookMachine } from './hook-machine.js'

const BAD = '{"hooks":{"PreToolUse":[{"matcher":"Bash"}]}}'

interface Finding {
  readonly code: string
  readonly message: string
  readonly fix: string | null
}

function doctorOf(machine: ReturnType<typeof makeHookMachine>): (code: string) => Finding | undefined {
  const { checks } = machine.json('doctor', '--all').out as unknown as { checks: Finding[] }
  return (code) => checks.find((check) => check.code === code)
}

const claude = (machine: ReturnType<typeof makeHookMachine>) =>
  machine.json('hooks', 'status', '--host', 'claude_code').out as unknown as {
    hosts: [{ state: string; notes: string[]; files: { path: string; state: string; kind: string; notes: string[] }[] }]
  }

describe('hooks that the host would not run', () => {
  it('are said to be so by install, status, verify, doctor and the room', () => {
    const machine = makeHookMachine()
    machine.lay('.claude/settings.json', BAD)
    const installed = machine.json('hooks', 'install', '--host', 'claude_code')
    expect(installed.out).toMatchObject({
      not_run: [{ state: 'shadowed', reason: expect.stringContaining('hooks.PreToolUse[0]') }],
    })
    expect(claude(machine).hosts[0]).toMatchObject({ state: 'shadowed' })
    const verified = machine.json('hooks', 'verify', '--host', 'claude_code')
    expect(verified.status).toBe(1)
    for (const hook of verified.out.hooks as { verdict: string; remedy: string }[]) {
      expect(hook).toMatchObject({ verdict: 'shadowed', remedy: expect.stringContaining('settings.json') })
    }
    expect(doctorOf(machine)('hooks-shadowed')?.fix).toContain('correct or remove that entry')
    const hosts = () => machine.json('status').out.hosts as { id: string; hooks: string }[]
    expect(hosts()).toContainEqual(expect.objectContaining({ id: 'claude_code', hooks: 'shadowed' }))
    // Kept, and renewed as soon as the file is another one.
    expect(hosts()).toContainEqual(expect.objectContaining({ id: 'claude_code', hooks: 'shadowed' }))
    const settings = JSON.parse(machine.read('.claude/settings.json'))
    settings.hooks.PreToolUse.shift()
    machine.lay('.claude/settings.json', JSON.stringify(settings))
    expect(hosts()).toContainEqual(expect.objectContaining({ id: 'claude_code', hooks: 'installed' }))
    machine.lay('.claude/settings.local.json', '{"disableAllHooks":true}')
    expect(hosts()).toContainEqual(expect.objectContaining({ id: 'claude_code', hooks: 'off' }))
    rmSync(join(machine.repo, '.claude'), { recursive: true })
    expect(hosts()).toContainEqual(expect.objectContaining({ id: 'claude_code', hooks: 'absent' }))
  })

  it('are listed as not installed, with the reason, after an install that had to leave the file alone', () => {
    const machine = makeHookMachine()
    machine.lay('.claude/settings.json', '{"hooks":null}\n')
    expect(machine.json('hooks', 'install', '--host', 'claude_code').status).toBe(5)
    const [file] = claude(machine).hosts[0].files
    expect(file).toMatchObject({ state: 'absent', path: join(machine.repo, '.claude/settings.json'), line: 1 })
    expect(file?.notes[0]).toContain('"hooks" is null, not an object')
    expect(machine.text('hooks', 'status', '--host', 'claude_code').stdout).toContain('"hooks" is null')
    expect(doctorOf(machine)('hooks-absent')?.message).toContain('"hooks" is null')
  })

  it('are those of the main checkout in a linked worktree of a host that reads only them', () => {
    const machine = makeHookMachine()
    machine.lay('a.txt', 'x')
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: machine.repo })
    git('add', 'a.txt')
    git('commit', '-qm', 'i')
    const tree = join(machine.root, 'a tree')
    git('worktree', 'add', '-q', '-b', 'tree', tree)
    const there = (...args: string[]) => machine.json(...args, '--workdir', tree, '--host', 'codex').out
    const state = () =>
      (there('hooks', 'status') as unknown as { hosts: [{ state: string; notes: string[] }] }).hosts[0].state
    mkdirSync(join(tree, '.codex'))
    writeFileSync(join(tree, '.codex/hooks.json'), '{"hooks":{}}')
    const { files } = there('hooks', 'install', '--trust') as unknown as { files: { path: string }[] }
    expect(files.map(({ path }) => path)).toContain(join(machine.repo, '.codex/hooks.json'))
    writeFileSync(join(machine.home, '.codex/config.toml'), `[projects."${machine.repo}"]\ntrust_level = "trusted"\n`, {
      flag: 'a',
    })
    expect(state()).toBe('installed')
    rmSync(join(tree, '.codex'), { recursive: true })
    expect(state()).toBe('shadowed')
    expect(machine.text('hooks', 'status', '--workdir', tree, '--host', 'codex').stdout).toContain(
      `mkdir '${tree}/.codex'`,
    )
  })
})

describe('hooks that a plugin of the host brings', () => {
  function withPlugin() {
    const machine = makeHookMachine()
    const folder = join(machine.home, '.claude/plugins/cache/market/rally/0.1.0/hooks')
    mkdirSync(folder, { recursive: true })
    copyFileSync(
      join(import.meta.dirname, '../../packages/host-claude-code/hooks/hooks.json'),
      join(folder, 'hooks.json'),
    )
    const enable = (on: boolean) =>
      writeFileSync(
        join(machine.home, '.claude/settings.json'),
        JSON.stringify({ enabledPlugins: { 'rally@market': on } }),
      )
    enable(true)
    return { machine, enable }
  }

  it('count as installed, and get no second set beside them', () => {
    const { machine, enable } = withPlugin()
    expect(claude(machine).hosts[0]).toMatchObject({ state: 'installed' })
    const { out } = machine.json('hooks', 'install')
    expect(out).toMatchObject({ by_plugin: [{ host: 'claude_code' }] })
    expect(claude(machine).hosts[0].files.filter(({ kind, state }) => kind === 'hooks' && state !== 'absent')).toEqual(
      [],
    )
    expect(
      (machine.json('hooks', 'verify', '--host', 'claude_code').out.hooks as { verdict: string }[])[0]?.verdict,
    ).toBe('fired')
    enable(false)
    expect(claude(machine).hosts[0]).toMatchObject({ state: 'absent' })
  })

  it('are said to run twice with entries in a file', () => {
    const { machine, enable } = withPlugin()
    enable(false)
    machine.json('hooks', 'install', '--host', 'claude_code')
    enable(true)
    expect(claude(machine).hosts[0].notes[0]).toContain(
      'runs twice: rally hooks uninstall --host claude_code --scope project',
    )
    const verified = machine.json('hooks', 'verify', '--host', 'claude_code').out.hooks as { verdict: string }[]
    expect(verified[0]?.verdict).toBe('double')
    expect(doctorOf(machine)('hooks-double')?.message).toContain('runs twice')
  })
})

describe('what else keeps hooks from doing their work', () => {
  it('a repository that silences them is named wherever hooks are shown', () => {
    const machine = makeHookMachine()
    machine.json('hooks', 'install', '--host', 'cursor')
    mkdirSync(join(machine.home, '.config/rally'), { recursive: true })
    writeFileSync(join(machine.home, '.config/rally/config.json'), '{"hooks":{"collision":"deny"}}')
    machine.lay('.rally.json', '{"hooks":{"collision":"off"}}')
    const said = [{ key: 'hooks.collision', value: 'off', yours: 'deny', path: join(machine.repo, '.rally.json') }]
    expect(machine.json('hooks', 'status').out).toMatchObject({ repository: said })
    expect(machine.json('hooks', 'verify').out).toMatchObject({ repository: said })
    expect(machine.text('hooks', 'status').stdout).toContain('sets hooks.collision to off')
    expect(machine.text('status').stdout).toContain('sets hooks.collision to off')
    expect(doctorOf(machine)('hooks-repository')?.message).toContain('sets hooks.collision to off')
  })

  it("whoever switched them off is named by status, with what undoes it; what rally installed is nobody else's change", () => {
    const machine = makeHookMachine()
    mkdirSync(join(machine.repo, '.claude'))
    machine.json('hooks', 'install', '--host', 'claude_code')
    const agent = ['--session-id', 'a1', '--tool', 'claude_code']
    machine.json('presence', ...agent)
    const status = () => machine.text('status', ...agent).stdout
    expect(status()).not.toContain('hooks ')
    expect(status()).not.toContain("nobody's here")
    machine.json('hooks', 'off')
    expect(status()).toMatch(/claude_code: switched off for you in this repository by \S+config\.json: rally hooks on/)
    machine.lay('.claude/notes.md', 'mine')
    expect(status()).toContain("1 changed file is nobody's here: .claude/")
  })

  it('inline hooks of Codex beside hooks.json are a complaint at each of its starts', () => {
    const machine = makeHookMachine()
    mkdirSync(join(machine.home, '.codex'))
    writeFileSync(
      join(machine.home, '.codex/config.toml'),
      '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "true"\n',
    )
    const said = machine.text('hooks', 'install', '--host', 'codex', '--scope', 'user').stdout
    expect(said).toContain('note     codex: Codex warns at every start')
    const { hosts } = machine.json('hooks', 'status', '--host', 'codex').out as unknown as {
      hosts: [{ notes: string[] }]
    }
    expect(hosts[0].notes[0]).toContain('warns at every start')
    expect(doctorOf(machine)('hooks-note')?.message).toContain('config.toml')
  })

  it.runIf(process.platform === 'linux')('a host that was started without node on PATH', () => {
    const machine = makeHookMachine()
    machine.json('hooks', 'install', '--host', 'claude_code')
    const bare = join(machine.root, 'bare')
    mkdirSync(bare)
    symlinkSync('/bin/sleep', join(bare, 'claude'))
    const host = spawn(join(bare, 'claude'), ['1000'], { cwd: machine.repo, env: { PATH: bare }, stdio: 'ignore' })
    onTestFinished(() => void host.kill())
    const found = doctorOf(machine)('hooks-never-ran')
    expect(found?.message).toContain(`claude (process ${host.pid}) was started with a PATH without node and rally-hook`)
    expect(machine.text('hooks', 'status').stdout).toContain('without node and rally-hook')
  })

  it('a host that ran and left sessions, and none of its hooks did', () => {
    const machine = makeHookMachine()
    machine.json('hooks', 'install', '--host', 'claude_code')
    expect(doctorOf(machine)('hooks-never-ran')).toBeUndefined()
    const sessions = join(machine.home, '.claude/projects/x')
    mkdirSync(sessions, { recursive: true })
    writeFileSync(join(sessions, 's.jsonl'), '{}')
    expect(doctorOf(machine)('hooks-never-ran')?.message).toContain('most likely its PATH')
  })
})

describe('two entries for one event', () => {
  it('say a collision and a greeting once, however they are interleaved', async () => {
    const machine = makeHookMachine()
    machine.lay('a.txt', 'x')
    const call = (host: string, session: string, event: string, more: object = {}) =>
      new Promise<string>((resolve) => {
        const payload = {
          session_id: session,
          transcript_path: 't',
          cwd: machine.repo,
          hook_event_name: event,
          ...more,
        }
        const child = spawn('rally-hook', [host, event], {
          cwd: machine.repo,
          env: machine.env,
          stdio: ['pipe', 'pipe', 'ignore'],
        })
        let text = ''
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        child.on('close', () => resolve(text))
        child.stdin.end(JSON.stringify(payload))
      })
    const edit = {
      tool_name: 'Edit',
      tool_input: { file_path: join(machine.repo, 'a.txt'), old_string: 'a', new_string: 'b' },
    }
    await call('claude_code', 'first', 'SessionStart', { source: 'startup' })
    await call('claude_code', 'first', 'PreToolUse', edit)
    for (let round = 0; round < 6; round++) {
      const session = `round-${round}`
      const greetings = await Promise.all(
        [1, 2].map(() => call('claude_code', session, 'SessionStart', { source: 'startup' })),
      )
      expect(greetings.filter((text) => text !== '')).toHaveLength(1)
      const warnings = await Promise.all(
        [1, 2].map(() => call('claude_code', session, 'PreToolUse', { ...edit, tool_use_id: 't1' })),
      )
      expect(warnings.filter((text) => text.includes('a.txt'))).toHaveLength(1)
      await call('claude_code', session, 'SessionEnd', { reason: 'other' })
    }
  })
})
