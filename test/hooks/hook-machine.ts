import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { cleanEnv, runRally } from '../../packages/cli/test/run-rally.js'

const HOOK = join(import.meta.dirname, '../../packages/cli/bin/rally-hook.cjs')

/** A scratch home and repository, and `rally-hook` on PATH. */
export interface HookMachine {
  readonly root: string
  readonly home: string
  readonly repo: string
  readonly env: NodeJS.ProcessEnv
  /** Writes a file of the repository. */
  lay(path: string, text: string | Buffer): void
  read(path: string): string
  /** Runs `rally … --json` in the repository. */
  json(...args: string[]): { status: number | null; out: Record<string, unknown> & JsonOut }
  /** Runs `rally …` in the repository. */
  text(...args: string[]): { status: number | null; stdout: string; stderr: string }
}

interface JsonOut {
  readonly ok: boolean
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | null }
}

export function makeHookMachine(more: NodeJS.ProcessEnv = {}): HookMachine {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rally-hooks-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const [home, repo, bin] = [join(root, 'home'), join(root, 'repo'), join(root, 'bin')]
  for (const folder of [home, repo, bin]) mkdirSync(folder)
  symlinkSync(HOOK, join(bin, 'rally-hook'))
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  const env = cleanEnv(home, { PATH: `${bin}:${process.env.PATH}`, SHELL: '/bin/sh', ...more })
  const options = { cwd: repo, env }
  return {
    root,
    home,
    repo,
    env,
    lay(path, text) {
      mkdirSync(dirname(join(repo, path)), { recursive: true })
      writeFileSync(join(repo, path), text)
    },
    read: (path) => readFileSync(join(repo, path), 'utf8'),
    json(...args) {
      const { status, stdout, stderr } = runRally([...args, '--json'], options)
      if (stdout === '') throw new Error(`no answer: ${stderr}`)
      return { status, out: JSON.parse(stdout) }
    },
    text(...args) {
      const { status, stdout, stderr } = runRally(args, options)
      return { status, stdout, stderr }
    },
  }
}

/** Every file below a folder but git's own, with its bytes. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name === '.git' || name.startsWith('.git/')) continue
    const path = join(folder, name)
    files[name] = statSync(path).isDirectory() ? 'folder' : readFileSync(path).toString('base64')
  }
  return files
}
