import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateOrResume, readRunIdentity } from './run-identity.js'

let folder: string
let repo: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally run ')))
  repo = join(folder, 'repo')
  mkdirSync(repo)
  git(repo, 'init', '-q', '-b', 'main')
  git(repo, 'commit', '-q', '--allow-empty', '-m', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd, stdio: 'ignore' })
}

const statePath = () => join(repo, '.build-loop', 'state.json')
const readStateFile = () => JSON.parse(readFileSync(statePath(), 'utf8'))
function writeStateFile(text: string): void {
  mkdirSync(join(repo, '.build-loop'), { recursive: true })
  writeFileSync(statePath(), text)
}

describe('generateOrResume', () => {
  it('starts a run in the recorded form', () => {
    const execution = generateOrResume({ workdir: repo, tool: 'my-tool', sessionId: 's-1' })
    expect(execution.build_loop_id).toMatch(/^bl-\d{8}T\d{6}Z-my-tool-\d{6}$/)
    expect(execution.run_label).toBe(`my-tool#${execution.build_loop_id.slice(-6)} ${execution.started_at}`)
    expect(execution.started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/)
    expect(existsSync(join(repo, '.build-loop', 'runs', execution.build_loop_id))).toBe(true)
    const { resumed: _resumed, ...stored } = execution
    expect(readStateFile()).toEqual({ execution: stored })
  })

  it('an empty tool is unknown, and a tool never adds to the path', () => {
    expect(generateOrResume({ workdir: repo, tool: '', sessionId: 's' }).started_by_tool).toBe('unknown')
    rmSync(join(repo, '.build-loop'), { recursive: true })
    const { build_loop_id } = generateOrResume({ workdir: repo, tool: '../../x', sessionId: 's' })
    expect(build_loop_id).not.toContain('/')
    expect(readdirSync(join(repo, '.build-loop', 'runs'))).toEqual([build_loop_id])
  })

  it('resumes: only the current session changes', () => {
    const first = generateOrResume({ workdir: repo, tool: 't', sessionId: 'a' })
    writeStateFile(JSON.stringify({ ...readStateFile(), phase: 'build', other: [1] }))
    const second = generateOrResume({ workdir: repo, tool: 'u', sessionId: 'b' })
    expect(second).toEqual({ ...first, current_session_id: 'b', resumed: true })
    expect(readStateFile()).toMatchObject({ phase: 'build', other: [1] })
  })

  it('archives an execution without an id and drops what belonged to it', () => {
    const history = Array.from({ length: 12 }, (_, i) => ({ i }))
    writeStateFile(
      JSON.stringify({
        phase: 'done',
        triggers: [1],
        keep: 2,
        execution: { crashed_at: 'x' },
        historicalExecutions: history,
      }),
    )
    generateOrResume({ workdir: repo, tool: 't', sessionId: 's' })
    const state = readStateFile()
    expect(state.keep).toBe(2)
    expect(state).not.toHaveProperty('phase')
    expect(state).not.toHaveProperty('triggers')
    expect(state.historicalExecutions).toEqual([...history.slice(3), { crashed_at: 'x' }])
  })

  it.each(['{"execution":', '[]', '7', '', '\u0000'])('refuses a damaged file and keeps it: %j', (text) => {
    writeStateFile(text)
    expect(() => generateOrResume({ workdir: repo, tool: 't', sessionId: 's' })).toThrow(
      expect.objectContaining({ code: 'STATE_CORRUPT', exit: 1 }),
    )
    expect(readFileSync(statePath(), 'utf8')).toBe(text)
  })

  it('takes over a lock whose process is gone', () => {
    mkdirSync(join(repo, '.build-loop'))
    writeFileSync(`${statePath()}.lock`, '999999999')
    expect(generateOrResume({ workdir: repo, tool: 't', sessionId: 's' }).resumed).toBe(false)
    expect(existsSync(`${statePath()}.lock`)).toBe(false)
  })

  it('sixteen processes in the main checkout and three worktrees agree on one id', async () => {
    const trees = [repo]
    for (const name of ['one', 'two', 'three']) {
      git(repo, 'worktree', 'add', '-q', join(folder, name))
      trees.push(join(folder, name))
    }
    const module_ = pathToFileURL(join(import.meta.dirname, '../../dist/run/run-identity.js')).href
    const program = `import { generateOrResume } from ${JSON.stringify(module_)}
      const [workdir, sessionId] = process.argv.slice(1)
      process.stdout.write(generateOrResume({ workdir, tool: 't', sessionId }).build_loop_id)`
    const ids = await Promise.all(
      Array.from({ length: 16 }, (_, i) => runNode(program, [trees[i % trees.length] ?? repo, `s-${i}`])),
    )
    expect(new Set(ids).size).toBe(1)
    expect(ids[0]).toMatch(/^bl-/)
    for (const tree of trees) expect(readRunIdentity(tree)?.build_loop_id).toBe(ids[0])
  })
})

function runNode(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`exit ${code}: ${errors}`))))
  })
}

describe('a worktree of its own', () => {
  const git = (args: readonly string[], cwd: string) => {
    const { status, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' })
    return { code: status, stderr }
  }
  const request = { tool: 't', sessionId: 's', provisionWorktree: true, git }

  it('comes with a run that is started, shares its identity, and stays when it is resumed', () => {
    const execution = generateOrResume({ workdir: repo, ...request })
    const name = `run-${execution.build_loop_id.slice(-6)}`
    expect(execution).toMatchObject({
      run_worktree_path: join(repo, '.build-loop/worktrees', name),
      run_worktree_branch: `bl/${name}`,
    })
    expect(readStateFile().execution).toMatchObject({ run_worktree_branch: `bl/${name}` })
    expect(readRunIdentity(execution.run_worktree_path ?? '')?.build_loop_id).toBe(execution.build_loop_id)
    const again = generateOrResume({ workdir: execution.run_worktree_path ?? '', ...request, sessionId: 'b' })
    expect(again).toMatchObject({ resumed: true, run_worktree_path: execution.run_worktree_path })
    expect(readdirSync(join(repo, '.build-loop/worktrees'))).toEqual([name])
  })

  it('or there is no run', () => {
    writeFileSync(join(repo, '.git/config'), '[core]\n\trepositoryformatversion = 99\n')
    expect(() => generateOrResume({ workdir: repo, ...request })).toThrow(
      expect.objectContaining({ code: 'NOT_STORED', exit: 1, name: 'RallyError' }),
    )
    expect(existsSync(statePath())).toBe(false)
    expect(readdirSync(join(repo, '.build-loop/runs'))).toEqual([])
  })
})

it('a folder that cannot be written is an error with a code', () => {
  writeFileSync(join(repo, '.build-loop'), 'a file in the way')
  expect(() => generateOrResume({ workdir: repo, tool: 't', sessionId: 's' })).toThrow(
    expect.objectContaining({ code: 'NOT_STORED', exit: 1 }),
  )
})

describe('readRunIdentity', () => {
  it('knows nothing where no run was started', () => {
    expect(readRunIdentity(repo)).toBeUndefined()
    writeStateFile('not json')
    expect(readRunIdentity(repo)).toBeUndefined()
  })
  it('gives null for what is missing', () => {
    writeStateFile(JSON.stringify({ execution: { build_loop_id: 'bl-1' } }))
    expect(readRunIdentity(repo)).toEqual({
      build_loop_id: 'bl-1',
      build_loop_started_at: null,
      build_loop_run_label: null,
    })
  })
  it('is found from a subfolder', () => {
    const { build_loop_id } = generateOrResume({ workdir: repo, tool: 't', sessionId: 's' })
    mkdirSync(join(repo, 'deep', 'er'), { recursive: true })
    expect(readRunIdentity(join(repo, 'deep', 'er'))?.build_loop_id).toBe(build_loop_id)
  })
})

it.each(['.build-loop', '.build-loop/runs', '.build-loop/worktrees', '.build-loop/state.json'])(
  'a link %s that leads out of the repository is neither read nor written through',
  (name) => {
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'rally-elsewhere-')))
    try {
      writeFileSync(join(elsewhere, 'state.json'), JSON.stringify({ execution: { build_loop_id: 'theirs' } }))
      const before = readdirSync(elsewhere)
      if (name !== '.build-loop') mkdirSync(join(repo, '.build-loop'))
      symlinkSync(name.endsWith('.json') ? join(elsewhere, 'state.json') : elsewhere, join(repo, name))
      expect(readRunIdentity(repo)).toBeUndefined()
      expect(() => generateOrResume({ workdir: repo, tool: 't', sessionId: 's' })).toThrow(
        expect.objectContaining({
          code: 'NOT_STORED',
          message: expect.stringContaining('leads out of the repository'),
        }),
      )
      expect(readdirSync(elsewhere)).toEqual(before)
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
  },
)
