import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownCommands } from '../../../test/support/own-commands.js'
import { cleanEnv, RALLY, runRally, splitWords } from './run-rally.js'

interface ManifestCommand {
  /** Folder of the package that it belongs to. */
  readonly root: string
  readonly id: string
  readonly summary?: string
  readonly hidden?: boolean
  readonly examples?: readonly string[]
  readonly flags: Readonly<Record<string, unknown>>
}

const packageRoot = join(import.meta.dirname, '..')
/** Our own, without oclif's, and those of the bundled plugin that is no host; hosts try their commands in their own suites. */
const PACKAGES = ['cli', 'boundary'].map((name) => join(packageRoot, '..', name)).filter((root) => existsSync(root))
const commands: ManifestCommand[] = PACKAGES.flatMap((root) =>
  ownCommands<Omit<ManifestCommand, 'root'>>(root).map((command) => ({ ...command, root })),
)
const visible = commands.filter((command) => !command.hidden)

/** Commands that print a stream: JSON Lines instead of one document. */
const STREAMS = new Set(['watch'])
/** Commands that print nothing where there is nothing to say. */
const SILENT = new Set(['statusline'])
/** Commands whose example needs something that this suite has not got. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  relay: 'needs a server; its own suite starts one',
  upgrade: 'asks a registry; its own suite has one',
  'hosts:new': 'makes a folder; its own suite looks at it',
  'hosts:probe': 'waits for a person; its own suite plays one',
  'hosts:record': 'reads a payload from stdin; its own suite pipes one',
}

/** The arguments of a command's first example. */
function exampleOf(command: ManifestCommand): string[] {
  const line = command.examples?.[0] ?? ''
  const words = splitWords(
    line.replaceAll('<%= config.bin %>', 'rally').replaceAll('<%= command.id %>', command.id.replaceAll(':', ' ')),
  )
  expect(words.slice(0, 1)).toEqual(['rally'])
  return words.slice(1)
}

const schemaName = (command: ManifestCommand) => command.id.replaceAll(':', '-')

let folder: string
let home: string
let places: Record<string, string>
let env: NodeJS.ProcessEnv

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally every ü ')))
  home = join(folder, 'home')
  const repo = join(folder, 'répo with space')
  mkdirSync(join(repo, 'deep', 'er'), { recursive: true })
  mkdirSync(home)
  mkdirSync(join(folder, 'nowhere'))
  writeFileSync(join(folder, 'a file'), '')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: repo,
      stdio: 'ignore',
    })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
  git('worktree', 'add', '-q', join(folder, 'tree'))
  places = {
    'the repository': repo,
    'a subfolder': join(repo, 'deep', 'er'),
    'a linked worktree': join(folder, 'tree'),
  }
  env = cleanEnv(home, { RALLY_SESSION_ID: 'tester-1', RALLY_TOOL: 'tester' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ESCAPE = String.fromCharCode(27)

/** What must be true of any answer in JSON. */
function expectJsonAnswer(
  command: ManifestCommand,
  result: { stdout: string; stderr: string; status: number | null },
): void {
  const { stdout, stderr, status } = result
  expect(status, stderr).not.toBeNull()
  expect(stdout).not.toContain(ESCAPE)
  expect(stderr, 'a bug').not.toMatch(/\n\s+at |INTERNAL|rally failed/)
  if (STREAMS.has(command.id)) {
    for (const line of stdout.split('\n').filter((text) => text !== '')) JSON.parse(line)
    return
  }
  expect(stdout.endsWith('\n')).toBe(true)
  const document = JSON.parse(stdout)
  if (command.id !== 'boundary' || document.error) expect(document.ok, stdout).toBe(status === 0)
  expect(typeof document.schema).toBe('string')
  if (document.error) {
    expect(Object.keys(document.error).sort()).toEqual(['code', 'details', 'hint', 'message'])
    expect(document.error.message.split('\n').length).toBe(1)
  }
}

describe('every command', () => {
  it('is in the manifest', () => {
    expect(visible.length).toBeGreaterThan(25)
  })

  it.each(visible.map((command) => [command.id, command] as const))(
    '%s has a summary, an example and a schema',
    async (_id, command) => {
      expect(command.summary).toMatch(/\.$/)
      expect(command.examples?.length).toBeGreaterThan(0)
      expect(command.flags).toHaveProperty('json')
      expect(readdirSync(join(command.root, 'schemas'))).toContain(`rally.${schemaName(command)}.v1.json`)
    },
  )
})

describe.each(visible.filter((command) => !(command.id in ELSEWHERE)).map((command) => [command.id, command] as const))(
  'rally %s',
  (_id, command) => {
    it('runs its example, and its JSON keeps its schema', async () => {
      const args = exampleOf(command)
      const result = runRally([...args, '--json'], { cwd: places['the repository'] ?? folder, env })
      expect(result.status, `${result.stdout}${result.stderr}`).not.toBe(2)
      expectJsonAnswer(command, result)
      if (result.status !== 0 || STREAMS.has(command.id)) return
      const outputs = command.root === packageRoot ? '../core/dist/model/outputs' : 'dist/outputs'
      const module_ = join(command.root, outputs, `${schemaName(command)}.js`)
      const { outputSchema } = await import(pathToFileURL(module_).href)
      expect(outputSchema.safeParse(JSON.parse(result.stdout))).toMatchObject({ success: true })
    })

    it('speaks to people without colour in a pipe', () => {
      const result = runRally(exampleOf(command), { cwd: places['the repository'] ?? folder, env })
      expect(result.stdout + result.stderr).not.toContain(ESCAPE)
      expect(result.stderr).not.toMatch(/rally failed|\n\s+at /)
      if (!SILENT.has(command.id)) expect(result.stdout + result.stderr).not.toBe('')
    })

    it('works from a subfolder and a linked worktree', () => {
      const args = exampleOf(command)
      const reference = runRally([...args, '--json'], { cwd: places['the repository'] ?? folder, env })
      for (const place of ['a subfolder', 'a linked worktree']) {
        const result = runRally([...args, '--json'], { cwd: places[place] ?? folder, env })
        expectJsonAnswer(command, result)
        if (command.id !== 'boundary') expect(result.status, `${place}\n${result.stdout}`).toBe(reference.status)
      }
    })

    it('does without a HOME that can be written', () => {
      const broken = {
        ...env,
        HOME: join(folder, 'a file'),
        XDG_CACHE_HOME: join(folder, 'a file', 'cache'),
        AGENT_RALLY_APPS_ROOT: join(home, 'apps'),
      }
      expectJsonAnswer(
        command,
        runRally([...exampleOf(command), '--json'], { cwd: places['the repository'] ?? folder, env: broken }),
      )
    })

    it('refuses outside of a repository in its own words', () => {
      expectJsonAnswer(command, runRally([...exampleOf(command), '--json'], { cwd: join(folder, 'nowhere'), env }))
    })

    it('refuses a flag that it does not know with exit 2', () => {
      const result = runRally([...command.id.split(':'), '--no-such-flag', '--json'], { cwd: folder, env })
      expect(result.status).toBe(2)
      expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, error: { code: 'USAGE' } })
    })

    it('is quiet when nobody reads its output', () => {
      const line = [process.execPath, RALLY, ...exampleOf(command)].map((word) => `'${word}'`).join(' ')
      const script = `{ ${line}; echo "exit $?" >&2; } | true`
      const result = spawnSync('sh', ['-c', script], {
        cwd: places['the repository'],
        env,
        encoding: 'utf8',
        timeout: 150_000,
      })
      expect(result.stderr).not.toMatch(/EPIPE|\n\s+at /)
    })
  },
)
