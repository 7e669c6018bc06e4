import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'

// What the live views cost those who do not look: nothing at run time, little on the disk.

const cli = join(import.meta.dirname, '../../cli')
const MEGABYTE = 1024 * 1024

describe('nothing of the board is read', () => {
  let world: World
  let env: Record<string, string>
  let noted: string
  beforeAll(() => {
    world = new World()
    noted = join(world.root, 'noted')
    const note = join(world.root, 'note.cjs')
    fs.writeFileSync(
      note,
      `const fs = require('node:fs')
      for (const name of ['openSync', 'readFileSync']) {
        const own = fs[name]
        fs[name] = (path, ...more) => {
          if (typeof path === 'string') fs.appendFileSync(process.env.NOTED, path + '\\n')
          return own(path, ...more)
        }
      }\n`,
    )
    env = { NOTED: noted, NODE_OPTIONS: `--require=${note}` }
  })
  afterAll(() => world.remove())

  /** Names of the program's own files that were read meanwhile. */
  const readBy = (run: () => { status: number | null; stderr: string }, status = 0): string[] => {
    fs.rmSync(noted, { force: true })
    const done = run()
    expect(done.status, done.stderr).toBe(status)
    const files = fs.readFileSync(noted, 'utf8').split('\n')
    return [...new Set(files.filter((file) => file.startsWith(join(cli, 'dist'))).map((file) => basename(file)))]
  }

  it.each([['status'], ['statusline'], ['inbox']])('by rally %s', (word) => {
    const args = word === 'inbox' ? ['inbox', 'read', '--session-id', 's1'] : [word]
    const files = readBy(() => world.rally(args, { env }))
    expect(files).toContain('rally.cjs')
    // The board's two commands stand in the rest of the program, all else of it in files of its own.
    expect(files.filter((file) => file === 'rest.cjs' || file.startsWith('board'))).toEqual([])
  })

  it.each(['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'SessionEnd'])('by a hook: %s', (event) => {
    const edit = { tool_name: 'Edit', tool_input: { file_path: join(world.repo, 'a.ts') }, tool_response: {} }
    const payload = {
      session_id: 'c1',
      cwd: world.repo,
      hook_event_name: event,
      transcript_path: 't',
      source: 'startup',
    }
    const files = readBy(() => world.hook('claude-code', event, { ...payload, prompt: 'go on', ...edit }, { env }))
    expect(files).toContain('rally-hook.cjs')
    // Beside it, the one host's own file.
    expect(files.filter((file) => /^(board|rally\.|rest\.)/.test(file))).toEqual([])
  })

  it('and what the board itself reads is seen', () => {
    const files = readBy(() => world.rally(['top'], { env }), 2)
    expect(files).toEqual(expect.arrayContaining(['rest.cjs', 'board-run-top.cjs']))
    const summary = 'Show the room on the whole terminal'
    expect(fs.readFileSync(join(cli, 'dist/rest.cjs'), 'utf8')).toContain(summary)
    expect(fs.readFileSync(join(cli, 'dist/rally.cjs'), 'utf8')).not.toContain(summary)
  })
})

it('adds less than 2 MB to what is installed', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: cli, encoding: 'utf8', stdio }))
  const files: { path: string; size: number }[] = packed.files
  const own = files.filter(({ path }) => /(^|\/)board(-|\/)/.test(path))
  expect(own.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['dist/late/board-run-top.cjs', 'dist/late/board-run-web.cjs']),
  )
  const { outputs } = JSON.parse(fs.readFileSync(join(cli, 'dist/metafile.json'), 'utf8'))
  const modules = Object.values<{ inputs: Record<string, { bytesInOutput: number }> }>(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path]) => path.includes('packages/board/'))
    .map(([, { bytesInOutput }]) => bytesInOutput)
  // Its libraries' notices are a part of the program's.
  const notices = fs.statSync(join(cli, '../board/THIRD-PARTY-NOTICES.txt')).size
  const bytes = [...own.map(({ size }) => size), ...modules, notices].reduce((sum, size) => sum + size, 0)
  expect(modules.length).toBeGreaterThan(0)
  expect(bytes / MEGABYTE).toBeGreaterThan(0.1)
  expect(bytes / MEGABYTE).toBeLessThan(2)
  const { dependencies } = JSON.parse(fs.readFileSync(join(cli, 'package.json'), 'utf8'))
  expect(dependencies).toBeUndefined()
})
