import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A scratch folder (real path, with a blank and an umlaut in it) and real git in it. */
export interface Scratch {
  readonly dir: string
  /** Absolute path below the folder. */
  path(...parts: string[]): string
  /** Writes a file, its folders included; answers its path. */
  write(path: string, text: string): string
  mkdir(path: string): string
  /** Runs git in a folder of the scratch; answers its trimmed stdout. */
  git(cwd: string, args: readonly string[], env?: Record<string, string>): string
  /** A repository on branch main with one commit of `a.txt`. */
  repository(path: string): string
  dispose(): void
}

/** The environment that git gets: nothing of the developer's own configuration. */
export const GIT_ENV: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Dev',
  GIT_AUTHOR_EMAIL: 'dev@example.org',
  GIT_COMMITTER_NAME: 'Dev',
  GIT_COMMITTER_EMAIL: 'dev@example.org',
  LC_ALL: 'C',
}

export function createScratch(): Scratch {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'rally ü-')))
  const path = (...parts: string[]) => join(dir, ...parts)
  const mkdir = (name: string) => {
    mkdirSync(path(name), { recursive: true })
    return path(name)
  }
  const git = (cwd: string, args: readonly string[], env: Record<string, string> = {}) =>
    execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd,
      env: { ...GIT_ENV, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
    return path(name)
  }
  const repository = (name: string) => {
    const repo = mkdir(name)
    git(repo, ['init', '-q', '-b', 'main'])
    write(join(name, 'a.txt'), 'a\n')
    git(repo, ['add', 'a.txt'])
    git(repo, ['commit', '-q', '-m', 'one'])
    return repo
  }
  return { dir, path, write, mkdir, git, repository, dispose: () => rmSync(dir, { recursive: true, force: true }) }
}
