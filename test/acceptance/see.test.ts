import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../packages/cli/src/views/text/display-width.js'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'
import { playHosts } from '../hooks/play-hosts.js'

const PACKAGES = join(import.meta.dirname, '../../packages')
const areHere = ['host-claude-code', 'host-codex'].every((name) => existsSync(join(PACKAGES, name)))

/** The status that somebody is told. */
function status(machine: HookMachine, session: string, tool: string) {
  return machine.json('status', '--session-id', session, '--tool', tool).out as unknown as {
    status: string
    because: { code: string; text: string }[]
  }
}

const ASKING = [
  ['human.me', 'human'],
  ['s', 'claude_code'],
  ['c', 'codex'],
] as const

/** An agent in whatever view. */
interface Shown {
  readonly session_id: string
  readonly name: string
  readonly state: string
  readonly files: readonly string[]
}

interface Picture {
  readonly agents: (Omit<Shown, 'files'> & { files: { path: string }[]; task: string; claims: string[] })[]
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}

function machineWithFile(): HookMachine {
  const machine = makeHookMachine()
  machine.lay('a.txt', 'x\n')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: machine.repo })
  git('add', '.')
  git('commit', '-qm', 'one')
  return machine
}

describe.runIf(areHere)('what people are told of a room with real hooks', () => {
  it('two agents on one file of one working tree: everybody is warned, and every view says why', () => {
    const machine = machineWithFile()
    const { claude, codex, edit, patch } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart')
    claude('s', 'UserPromptSubmit', { prompt: 'the zebra word stays private' })
    edit('s', 'a.txt')
    expect(patch('c', 'a.txt')).toContain('claude-1 is editing a.txt')
    expect(edit('s', 'a.txt')).toContain('codex-1 is editing a.txt')
    for (const dirty of [false, true]) {
      if (dirty) machine.lay('a.txt', 'changed\n')
      for (const [session, tool] of ASKING) {
        const { status: word, because } = status(machine, session, tool)
        expect([word, because[0]?.code], `${tool}, dirty ${dirty}`).toEqual(['warn', 'collision'])
        expect(because[0]?.text).toMatch(/^a\.txt: (claude-1|codex-1) .* and (claude-1|codex-1) .*same working tree$/)
      }
    }

    // What was told is explained with the facts of that moment, and the other views agree.
    const why = machine.json('why', 'claude-1').out as unknown as {
      tellings: { files: string[]; peers: { name: string; last: number }[]; text: string; at: number }[]
      explanations: { code: string }[]
    }
    expect(why.tellings.at(-1)).toMatchObject({ files: ['a.txt'], peers: [{ name: 'codex-1' }] })
    expect(why.tellings.at(-1)?.text).toContain('codex-1 is editing a.txt')
    expect(why.explanations.map(({ code }) => code)).toContain('collision')
    const touched = machine.json('who', 'a.txt').out as unknown as {
      in_flight: { name: string }[]
      edits: { name: string }[]
    }
    expect(touched.in_flight.map(({ name }) => name).sort()).toEqual(['claude-1', 'codex-1'])
    expect(touched.edits.map(({ name }) => name).sort()).toEqual(['claude-1', 'codex-1'])
    const log = machine.json('log', '--kind', 'edit,warning').out as unknown as {
      entries: { by: string; type: string }[]
    }
    expect(
      log.entries
        .filter(({ type }) => type === 'told')
        .map(({ by }) => by)
        .sort(),
    ).toEqual(['claude-1', 'codex-1'])
    expect(machine.text('statusline').stdout).toMatch(/^! a\.txt: /)

    // What it cost is what the hooks wrote.
    const lines = readFileSync(join(machine.home, '.local/state/rally/hooks.jsonl'), 'utf8').trim().split('\n')
    const calls = lines.map((line) => JSON.parse(line)).filter(({ code }) => !code.startsWith('damaged:'))
    const cost = machine.json('cost').out as unknown as {
      total: { calls: number; ms: number; tellings: number; characters: number }
      sessions: { name: string; calls: number }[]
    }
    expect(cost.total.calls).toBe(calls.length)
    expect(cost.total.ms).toBeCloseTo(
      calls.reduce((sum, { ms }) => sum + ms, 0),
      1,
    )
    const told = machine.json('log', '--kind', 'told', '--all').out as unknown as { entries: { text: string }[] }
    expect(cost.total.tellings).toBe(told.entries.length)
    expect(cost.sessions.map(({ name }) => name).sort()).toEqual(['claude-1', 'codex-1'])
    expect(cost.sessions.reduce((sum, one) => sum + one.calls, 0)).toBe(calls.filter(({ session }) => session).length)

    // After the session ended its edits are remembered under its name.
    claude('s', 'SessionEnd', { reason: 'logout' })
    expect(machine.text('log', '--by', 'claude-1').stdout).toMatch(/claude-1 edits a\.txt/)
    expect(machine.text('log', '--kind', 'left').stdout).toContain('claude-1 left')

    // The prompt went with its session, and was in no answer to an agent.
    expect(filesWith(machine.home, 'zebra')).toEqual([])
    const agent = ['--session-id', 'c', '--tool', 'codex']
    for (const command of [['status'], ['who', 'a.txt'], ['log', '--all'], ['why'], []]) {
      const asks = command[0] === 'log' ? [] : agent
      expect(machine.text(...command, ...asks).stdout, command.join(' ')).not.toContain('zebra')
    }
  })

  it('every view of who is here shows the same: picture, status, roster and greeting', () => {
    const machine = machineWithFile()
    const { claude, codex, edit, patch } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    machine.text('presence', '--task', 'mend the parser', '--session-id', 's', '--tool', 'claude_code')
    codex('c', 'SessionStart')
    patch('c', 'b.txt')
    machine.text('claim', 'src/**', '--session-id', 's', '--tool', 'claude_code')
    // The second one is answered without a program: only the announcement knows of it.
    for (const path of ['a.txt', 'later.txt']) edit('s', path)
    const shown = ({ session_id, name, state, files }: Shown, task = '') => ({ session_id, name, state, files, task })
    const room = machine.json('--session-id', 'human.me', '--tool', 'human').out as unknown as { picture: Picture }
    const seen = room.picture.agents.map((one) => ({ ...one, files: one.files.map(({ path }) => path) }))
    const expected = seen.map((one) => shown(one, one.task)).sort(byName)
    expect(expected).toMatchObject([
      { name: 'claude-1', state: 'working', task: 'mend the parser', files: ['later.txt', 'a.txt'] },
      { name: 'codex-1', state: 'working', files: ['b.txt'] },
    ])
    const { picture } = machine.json('status').out as unknown as { picture: Picture }
    expect(
      picture.agents.map((one) => shown({ ...one, files: one.files.map(({ path }) => path) }, one.task)).sort(byName),
    ).toEqual(expected)
    const roster = machine.json('roster').out as unknown as { agents: (Shown & { doing: string; claims: string[] })[] }
    expect(roster.agents.map((one) => shown(one, one.doing)).sort(byName)).toEqual(expected)
    expect(roster.agents.map(({ claims }) => claims).sort()).toEqual(seen.map(({ claims }) => claims).sort())
    const text = machine.text('roster').stdout
    expect(text).toMatch(/mend the parser · .* · edits later\.txt a\.txt · claims src\/\*\*/)
    // A greeting tells an agent of the others, in its own words.
    const greeting = codex('d', 'SessionStart')
    expect(greeting).toMatch(/- claude-1, same working tree, task \S+mend the parser\S+, editing .*later\.txt, a\.txt/)
    expect(greeting).toMatch(/- codex-1, same working tree, editing b\.txt/)
    // A status line is printed again as it was while nothing changes, and made anew when something did.
    const line = () => machine.text('statusline', '--session-id', 'human.me', '--tool', 'human').stdout
    expect(line()).toMatch(/^3 agents\n$/)
    const kept = join(machine.env.XDG_CACHE_HOME ?? join(machine.home, '.cache'), 'rally/statusline')
    for (const note of readdirSync(kept)) {
      const text = readFileSync(join(kept, note), 'utf8')
      if (text.includes(machine.home)) writeFileSync(join(kept, note), text.replace('3 agents', 'kept'))
    }
    const again = line()
    // On a machine that was busy for twenty seconds it is made anew.
    expect(['kept\n', '3 agents\n']).toContain(again)
    patch('c', 'a.txt')
    expect(line()).toMatch(/^! a\.txt: /)
    // Whoever has ended is in none of them.
    claude('s', 'SessionEnd', { reason: 'logout' })
    for (const view of [[], ['status'], ['roster']])
      expect(machine.text(...view).stdout, view[0]).not.toContain('claude-1  ')
    expect(codex('e', 'SessionStart')).not.toContain('claude-1')
  })

  it('a prompt is shown to a person, told to no agent, and stands in one private file', () => {
    const machine = machineWithFile()
    const { claude, codex } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    claude('s', 'UserPromptSubmit', { prompt: 'mend the zebra' })
    expect(machine.text('--session-id', 'human.me', '--tool', 'human').stdout).toContain('mend the zebra')
    expect(machine.text('--session-id', 'c', '--tool', 'codex').stdout).not.toContain('zebra')
    expect(machine.text('status', '--json', '--session-id', 'c', '--tool', 'codex').stdout).not.toContain('zebra')
    expect(codex('c', 'SessionStart')).not.toContain('zebra')
    expect(machine.text('statusline').stdout).not.toContain('zebra')
    const found = filesWith(machine.home, 'zebra')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/hook\/prompts\/s\.json$/)
    expect(statSync(found[0] ?? '').mode & 0o077).toBe(0)
  })

  it('a dirty tree is clear for a person, also right after hooks were installed; an agent is warned of what is nobody’s', () => {
    const machine = machineWithFile()
    machine.lay('a.txt', 'changed\n')
    expect(status(machine, 'human.me', 'human').status).toBe('clear')
    machine.lay('a.txt', 'x\n')
    expect(machine.text('hooks', 'install', '--host', 'claude_code').status).toBe(0)
    expect(status(machine, 'human.me', 'human').status).toBe('clear')
    playHosts(machine).claude('s', 'SessionStart', { source: 'startup' })
    expect(status(machine, 's', 'claude_code')).toMatchObject({ status: 'clear', because: [] })
    machine.lay('a.txt', 'changed\n')
    expect(status(machine, 's', 'claude_code').because).toMatchObject([
      { code: 'changed_outside_owned', files: ['a.txt'] },
    ])
  })

  it('a file that a subagent has in flight is that subagent’s, whoever asks', () => {
    const machine = machineWithFile()
    const { claude, edit } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    claude('s', 'SubagentStart', { agent_id: 'k1', agent_type: 'general' })
    edit('s', 'a.txt', { agent_id: 'k1', agent_type: 'general' })
    machine.lay('a.txt', 'changed\n')
    for (const [session, tool] of ASKING) expect(status(machine, session, tool).status, tool).toBe('clear')
  })

  it('an open escalation blocks everybody, and a claim that another edits warns', () => {
    const machine = machineWithFile()
    const { claude, codex, patch } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart')
    machine.text('claim', 'a.txt', '--session-id', 's', '--tool', 'claude_code')
    patch('c', 'a.txt')
    for (const [session, tool] of ASKING)
      expect(
        status(machine, session, tool).because.map(({ code }) => code),
        tool,
      ).toContain('claim_edited')
    machine.text('escalate', '--reason', 'which one?', '--session-id', 's', '--tool', 'claude_code')
    for (const [session, tool] of ASKING) {
      const { status: word, because } = status(machine, session, tool)
      expect([word, because[0]?.code], tool).toEqual(['blocked', 'open_escalation'])
    }
    expect(machine.json('status', '--check').status).toBe(5)
    expect(machine.text('why').stdout).toContain('open_escalation')
  })

  it('where no coding program is found the advice works as it is printed', () => {
    const machine = machineWithFile()
    const { status, stderr } = machine.text('hooks', 'install')
    expect(status).toBe(2)
    const advice = /rally (hooks install --host \w+)/.exec(stderr)?.[1] ?? ''
    const followed = machine.text(...advice.split(' '))
    expect(followed.status, followed.stderr).toBe(0)
    expect(machine.json('hooks', 'verify').status).toBe(0)
  })

  it('views fit narrow screens', () => {
    const machine = machineWithFile()
    const { claude, codex, edit, patch } = playHosts(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart')
    edit('s', 'a.txt')
    patch('c', 'a.txt')
    mkdirSync(join(machine.repo, '深い'), { recursive: true })
    edit('s', '深い/名前の長いファイル.ts')
    const commands = [[], ['status'], ['log'], ['who', '.'], ['why'], ['cost'], ['claims'], ['roster']]
    for (const columns of [120, 80, 40, 20]) {
      for (const command of commands) {
        const { stdout } = spawnIn(machine, command, columns)
        for (const line of stdout.split('\n'))
          expect(displayWidth(line), `${command.join(' ')} at ${columns}: ${line}`).toBeLessThanOrEqual(columns)
      }
    }
  })
})

function spawnIn(machine: HookMachine, args: readonly string[], columns: number) {
  const rally = join(PACKAGES, 'cli/bin/rally.cjs')
  return spawnSync(process.execPath, [rally, ...args], {
    cwd: machine.repo,
    env: { ...machine.env, COLUMNS: String(columns) },
    encoding: 'utf8',
  })
}

/** Files below a folder in which a word stands. */
function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(word))
}
