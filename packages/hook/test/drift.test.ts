import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callHook, installProgram } from './program.js'
import { Scratch } from './scratch.js'

// Files and branches that change under a session: real repositories, real hook processes, with the gate and without. Every row
// of the page is played here, and every scenario here has its row there.

const PAGE = join(import.meta.dirname, '../../../docs/explanation/changed-under-you.md')

let scratch: Scratch
let program = ''
let gate = {}
beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  await installProgram(program)
})
afterAll(() => scratch.remove())

const path = (file: string, repo = scratch.repo) => join(repo, file)
const sh = (command: string) => execFileSync('sh', ['-c', command], { cwd: scratch.repo, stdio: 'ignore' })
const put = (file: string, text: string) => {
  fs.mkdirSync(dirname(path(file)), { recursive: true })
  fs.writeFileSync(path(file), text)
}
let writes = 0
const append = (file = 'src/a.ts') => fs.appendFileSync(path(file), `${++writes}\n`)

/** What the model is told at an event of a host. */
function hook(id: string, event: string, more: object = {}, host = 'claude_code'): string {
  const input = JSON.stringify({ session_id: id, cwd: scratch.repo, hook_event_name: event, ...more })
  const { stdout, stderr, status } = callHook(program, [host, event], { env: { ...scratch.env, ...gate }, input })
  expect([status, stderr]).toEqual([0, ''])
  return stdout === '' ? '' : (JSON.parse(stdout).hookSpecificOutput?.additionalContext ?? '')
}
const start = (id: string, source = 'startup') => hook(id, 'SessionStart', { source })
const stop = (id: string) => hook(id, 'Stop')
const prompt = (id: string) => hook(id, 'UserPromptSubmit', { prompt: 'go on' })
const end = (id: string) => hook(id, 'SessionEnd', { reason: 'other' })
/** A session says that it will edit; what it hears. */
const announce = (id: string, file = 'src/a.ts', more: object = {}) =>
  hook(id, 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: path(file), content: 'x' }, ...more })
/** It does. */
const edit = (id: string, file = 'src/a.ts', more: object = {}) => {
  const heard = announce(id, file, more)
  append(file)
  return heard
}
/** It runs a command, which really runs. */
const run = (id: string, command: string) => {
  const heard = hook(id, 'PreToolUse', { tool_name: 'Bash', tool_input: { command } })
  sh(command)
  return heard
}
const isDrift = (line: string) => / since you edited |now on /.test(line)
const drift = (text: string) => text.split('\n').filter(isDrift).join('\n')
const name = (id: string) => scratch.nameOf(id)

beforeEach(() => {
  scratch.reset()
  sh(
    'git checkout -qf main && git clean -fdq && git stash clear && git branch -q | grep -vw main | xargs -r git branch -qD',
  )
  for (const file of ['src/a.ts', 'src/b.ts']) put(file, `${file}\n`)
  sh('git add src && git -c user.name=t -c user.email=t@t commit -qm base --allow-empty')
  sh('git branch -qf other')
  const old = Date.now() / 1000 - 60
  fs.utimesSync(path('.git/HEAD'), old, old)
  // A session at work, and another one; each has heard what there was.
  for (const id of ['me', 'peer']) start(id)
  edit('peer', 'src/peer.ts')
  edit('me')
  edit('me', 'src/b.ts')
})

type Verdict = 'told' | 'silent' | 'cannot be known'
interface Scenario {
  readonly verdict: Verdict
  /** Plays it; answers what `me` hears in the end of changes. */
  readonly play: () => string
  /** What it is told. */
  readonly hears?: RegExp | (() => RegExp)
}

const by = (what: string, more = '') => new RegExp(`^rally: ${what} \\(${name('peer')}${more}, \\d+s ago\\)`)
const byNobody = /^rally: src\/a\.ts changed since you edited it, by no agent rally knows \(\d+s ago\): read it again/
const idle = (change: () => void) => {
  stop('me')
  change()
  return drift(prompt('me'))
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a peer edits it after me': {
    verdict: 'told',
    hears: () => by('src/a.ts changed since you edited it'),
    play() {
      edit('peer')
      return drift(edit('me'))
    },
  },
  'a peer edits it before me': {
    verdict: 'silent',
    play() {
      edit('peer', 'src/c.ts')
      edit('me', 'src/c.ts')
      return drift(edit('me', 'src/c.ts'))
    },
  },
  'a peer wants to edit it, and does not': {
    verdict: 'silent',
    play() {
      announce('peer')
      return drift(edit('me'))
    },
  },
  'a peer edits it by a shell command': {
    verdict: 'told',
    hears: () => by('src/a.ts changed since you edited it'),
    play() {
      run('peer', "sed -i 's/src/SRC/' src/a.ts")
      return drift(edit('me'))
    },
  },
  'a peer edits it and leaves': {
    verdict: 'told',
    hears: () => by('src/a.ts changed since you edited it'),
    play() {
      edit('peer')
      end('peer')
      return drift(edit('me'))
    },
  },
  'a peer edits it in another working tree': {
    verdict: 'silent',
    play() {
      sh('git worktree add -qf ../shop-two other')
      const file = path('src/a.ts', join(scratch.dir, 'shop-two'))
      hook('peer', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: file, content: 'x' } })
      fs.appendFileSync(file, 'x')
      const heard = drift(edit('me'))
      sh('git worktree remove -f ../shop-two')
      return heard
    },
  },
  'the person edits it while I am idle': { verdict: 'told', hears: byNobody, play: () => idle(() => append()) },
  'the person edits it while I work': {
    verdict: 'cannot be known',
    play() {
      append()
      const heard = edit('me')
      stop('me')
      return drift(heard + prompt('me'))
    },
  },
  'the person checks out a branch': {
    verdict: 'told',
    hears: /^rally: this working tree is now on other, it was on main \(\d+s ago\)/,
    play() {
      sh('git stash -q && git checkout -q other')
      return drift(edit('me'))
    },
  },
  'a peer checks out a branch': {
    verdict: 'told',
    hears: () => by('this working tree is now on other, it was on main', ', git checkout'),
    play() {
      run('peer', 'git stash -q && git checkout -q other')
      return drift(edit('me'))
    },
  },
  'a peer checks out a branch and leaves': {
    verdict: 'told',
    hears: () => by('this working tree is now on other, it was on main', ', git switch'),
    play() {
      run('peer', 'git switch -q other 2>/dev/null || git switch -qf other')
      end('peer')
      return drift(prompt('me'))
    },
  },
  'I check out a branch': {
    verdict: 'silent',
    play() {
      run('me', 'git checkout -q -b mine')
      const heard = edit('me')
      return drift(heard + prompt('me') + edit('me', 'src/b.ts'))
    },
  },
  'a script of mine checks out a branch': {
    verdict: 'told',
    hears: /^rally: this working tree is now on made, it was on main \(\d+s ago\)/,
    play() {
      put('release.sh', 'git checkout -q -b made')
      run('me', './release.sh 2>&1 || sh release.sh')
      return drift(edit('me'))
    },
  },
  'I rebase': {
    verdict: 'silent',
    play() {
      run('me', 'git stash -q && git rebase -q other && git stash pop -q')
      const heard = edit('me')
      stop('me')
      return drift(heard + prompt('me'))
    },
  },
  'the person rebases while I am idle, and it changes': {
    verdict: 'told',
    hears: /^rally: src\/b\.ts, src\/a\.ts changed since you edited them, by no agent/,
    play: () =>
      idle(() => {
        sh(
          'git stash -q && git checkout -q other && echo more >>src/a.ts && git -c user.name=t -c user.email=t@t commit -qam more',
        )
        sh('git checkout -q main && git rebase -q other')
      }),
  },
  'I stash and pop': {
    verdict: 'silent',
    play() {
      run('me', 'git stash -q && git stash pop -q')
      const heard = edit('me')
      stop('me')
      return drift(heard + prompt('me'))
    },
  },
  'the person stashes and pops while I am idle': {
    verdict: 'silent',
    play: () => idle(() => sh('git stash -q && git stash pop -q')),
  },
  'the person stashes it away while I am idle': {
    verdict: 'told',
    hears: byNobody,
    play: () => idle(() => sh('git stash -q -- src/a.ts')),
  },
  'I run prettier --write': {
    verdict: 'silent',
    play() {
      put('prettier', 'echo formatted >>src/a.ts')
      run('me', 'sh ./prettier --write .')
      const heard = edit('me')
      stop('me')
      return drift(heard + prompt('me'))
    },
  },
  'the person runs prettier --write while I am idle': {
    verdict: 'told',
    hears: byNobody,
    play: () => idle(() => sh('echo formatted >>src/a.ts')),
  },
  'a peer formats all files by a command that names none': {
    verdict: 'cannot be known',
    play() {
      put('prettier', 'echo formatted >>src/a.ts')
      run('peer', 'sh ./prettier --write .')
      return drift(edit('me'))
    },
  },
  'my subagent edits it': {
    verdict: 'silent',
    play() {
      edit('me', 'src/a.ts', { agent_id: 'kid', agent_type: 'worker' })
      stop('me')
      edit('me', 'src/a.ts', { agent_id: 'kid', agent_type: 'worker' })
      return drift(prompt('me') + edit('me'))
    },
  },
  'another subagent of mine edits what one of mine edits': {
    verdict: 'told',
    hears: /^rally: src\/c\.ts changed since you edited it \(\S+, \d+s ago\)/,
    play() {
      edit('me', 'src/c.ts', { agent_id: 'kid' })
      edit('me', 'src/c.ts', { agent_id: 'twin' })
      return drift(edit('me', 'src/c.ts', { agent_id: 'kid' }))
    },
  },
  'a peer deletes it': {
    verdict: 'told',
    hears: () => by('src/a.ts is gone since you edited it'),
    play() {
      run('peer', 'rm src/a.ts')
      return drift(announce('me'))
    },
  },
  'a peer deletes its folder': {
    verdict: 'told',
    hears: () => by('src/deep/c.ts is gone since you edited it'),
    play() {
      put('src/deep/c.ts', 'x')
      edit('me', 'src/deep/c.ts')
      announce('peer', 'src/deep/c.ts')
      sh('rm -r src/deep')
      return drift(announce('me', 'src/deep/c.ts'))
    },
  },
  'the person deletes it while I am idle': {
    verdict: 'told',
    hears: /^rally: src\/a\.ts is gone since you edited it, by no agent rally knows \(\d+s ago\): look before/,
    play: () => idle(() => fs.rmSync(path('src/a.ts'))),
  },
  'a peer renames it': {
    verdict: 'told',
    hears: () => by('src/a.ts is gone since you edited it'),
    play() {
      run('peer', 'git mv src/a.ts src/z.ts')
      return drift(announce('me'))
    },
  },
  'a peer moves another file over it': {
    verdict: 'told',
    hears: () => by('src/a.ts changed since you edited it'),
    play() {
      put('old.ts', 'an old file')
      fs.utimesSync(path('old.ts'), 1, 1)
      run('peer', 'mv old.ts src/a.ts')
      return drift(edit('me'))
    },
  },
  'it is touched while I am idle, without a change': {
    verdict: 'silent',
    play: () => idle(() => sh('touch src/a.ts')),
  },
  'a peer touches it, without a change': {
    verdict: 'told',
    hears: () => by('src/a.ts changed since you edited it'),
    play() {
      run('peer', 'touch src/a.ts')
      return drift(edit('me'))
    },
  },
  'the person changes it while I am idle, not its length': {
    verdict: 'cannot be known',
    play: () => idle(() => put('src/a.ts', fs.readFileSync(path('src/a.ts'), 'utf8').replace('src', 'SRC'))),
  },
  'a command of mine goes on writing it while I am idle': {
    verdict: 'silent',
    play() {
      run('me', 'echo started > server.log')
      return idle(() => append('server.log'))
    },
  },
  'I am interrupted, and a command of mine had changed it': {
    verdict: 'silent',
    play() {
      stop('me')
      prompt('me')
      sh('echo formatted >>src/a.ts')
      return drift(prompt('me'))
    },
  },
  'it changes while my session is closed': {
    verdict: 'told',
    hears: /^rally: src\/a\.ts changed since you edited it while you were away \(\d+s ago\): read it again/,
    play() {
      stop('me')
      end('me')
      append()
      return drift(start('me', 'resume'))
    },
  },
}

describe.each([
  ['the gate', false],
  ['the program alone', true],
])('what is told of changes, by %s', (_, alone) => {
  beforeEach(() => {
    gate = alone ? { RALLY_GATE: 'off' } : {}
  })

  // What is told by the program behind the gate is told by the program.
  const played = Object.entries(SCENARIOS).filter(([, { verdict }]) => !alone || verdict !== 'told')
  it.each(played)('%s', (_name, { verdict, play, hears }) => {
    const text = play()
    if (hears === undefined) expect(text).toBe('')
    else expect(text).toMatch(typeof hears === 'function' ? hears() : hears)
    expect(hears === undefined).toBe(verdict !== 'told')
    if (verdict !== 'told') return
    // Once: nothing more is said of it, whatever is edited.
    expect(drift(edit('me') + edit('me', 'src/b.ts') + prompt('me'))).toBe('')
  })

  it('the same again when the peer edits again, and again in a new context what is still so', () => {
    edit('peer')
    expect(edit('me')).toMatch(/^rally: src\/a\.ts changed since .+\nrally: .+ is editing src\/a\.ts /)
    expect(edit('me')).toBe('')
    edit('peer')
    const again = announce('me')
    expect(again).toMatch(/^rally: src\/a\.ts changed since .+$/)
    append()
    edit('peer')
    // In the same words of the same call, and within the time in which a second entry of the hook would be silent.
    expect(edit('me')).toMatch(/^rally: src\/a\.ts changed since .+$/)
  })

  it('files of one peer are one line', () => {
    for (const file of ['src/a.ts', 'src/b.ts']) edit('peer', file)
    stop('me')
    for (const file of ['src/a.ts', 'src/b.ts']) append(file)
    expect(drift(prompt('me'))).toMatch(/^rally: src\/b\.ts, src\/a\.ts changed since you edited them, by no agent/)
  })

  it('on a host that hears after an edit only, what changed before that is told then', () => {
    const gemini = (event: string, file = 'src/a.ts') =>
      hook('g', event, { tool_name: 'replace', timestamp: 't', tool_input: { file_path: path(file) } }, 'gemini')
    const geminiEdit = () => {
      expect(gemini('BeforeTool')).toBe('')
      append()
      return drift(gemini('AfterTool'))
    }
    gemini('BeforeTool', 'src/g.ts')
    gemini('AfterTool', 'src/g.ts')
    expect(geminiEdit()).toBe('')
    expect(geminiEdit()).toBe('')
    edit('peer')
    expect(geminiEdit()).toMatch(by('src/a.ts changed since you edited it'))
    expect(geminiEdit()).toBe('')
  })
})

it('the page has a row for each scenario, with what is told', () => {
  const rows = (fs.readFileSync(PAGE, 'utf8').split('|---|---|---|')[1] ?? '').matchAll(
    /^\| (.+?) \| (told|silent|cannot be known) \| .+ \|$/gm,
  )
  const page = Object.fromEntries(
    [...rows].map(([, scenario = '', verdict]) => [scenario.replaceAll('`', ''), verdict]),
  )
  expect(page).toEqual(Object.fromEntries(Object.entries(SCENARIOS).map(([key, { verdict }]) => [key, verdict])))
})
