import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGitLayout, isLayout } from '../discovery/git-layout.js'
import { readConfiguredFilters } from './configured-filters.js'

// Only the system's own git on Linux is known to have its configuration where this looks.
const isKnownGit = process.platform === 'linux' && existsSync('/usr/bin/git')

let root: string
let repo: string
let env: Record<string, string>
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rally filters ')))
  repo = join(root, 'repo')
  env = { HOME: join(root, 'home'), PATH: '/usr/bin:/bin', LC_ALL: 'C' }
  mkdirSync(env.HOME ?? '')
  execFileSync('git', ['init', '-q', repo], { env })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function read(more: Record<string, string | undefined> = {}) {
  const layout = findGitLayout(repo, env)
  if (!isLayout(layout)) throw new Error('no repository')
  return readConfiguredFilters(layout, { ...env, ...more })
}

/** What git itself finds in all of its files; undefined when it cannot read one of them. */
function gitsOwn(): string[] | undefined {
  const words = ['config', '--null', '--name-only', '--includes', '--get-regexp', '^(filter|hook)\\.']
  const { status, stdout } = spawnSync('git', words, { cwd: repo, env, encoding: 'utf8' })
  if (status === null || status > 1) return undefined
  const keys = stdout.split('\0').filter((key) => key.split('.').length > 2)
  return [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf('.'))))]
}

const write = (path: string, text: string) => {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}
const own = (text: string) => write(join(repo, '.git/config'), `[core]\n\trepositoryformatversion = 0\n${text}`)
const LFS = '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n'

describe.runIf(isKnownGit)('the filters of the configuration', () => {
  it('are none, or those that stand there in the usual way, in any of the files that git reads', () => {
    expect(read()).toEqual([])
    own(LFS)
    expect(read()).toEqual(['lfs'])
    own('[core]\n\thooksPath = .husky/_\n')
    expect(read()).toEqual([])
    write(join(repo, '.git/config.worktree'), '[filter "tree"]\n')
    write(join(root, 'home/.gitconfig'), LFS)
    write(join(root, 'home/.config/git/config'), '[filter "xdg"]\r\n')
    expect(read()?.sort()).toEqual(['lfs', 'tree', 'xdg'])
    write(join(root, 'elsewhere/git/config'), '[filter "there"]\n')
    expect(read({ XDG_CONFIG_HOME: join(root, 'elsewhere') })?.sort()).toEqual(['lfs', 'there', 'tree'])
  })

  it.each([
    ['an include', '[include]\n\tpath = more'],
    ['an include under a condition', '[includeIf "onbranch:main"]\n\tpath = more'],
    ['a hook', '[hook "x"]\n\tevent = post-checkout'],
    ['a filter in the old way', '[filter.x]\n\tclean = run'],
    ['a filter with its command behind it', '[filter "x"] clean = run'],
    ['a filter of a strange name', '[filter "a\\"b"]\n\tclean = run'],
    ['a filter in capitals', '[FILTER "x"]\n\tclean = run'],
    ['a file that is too large to be one', `#${'x'.repeat(70_000)}`],
  ])('only git can tell of %s', (_what, text) => {
    own(text)
    expect(read()).toBeUndefined()
  })

  it('only git can tell where variables say more, and where it is another git', () => {
    for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_SYSTEM'])
      expect([name, read({ [name]: '1' })]).toEqual([name, undefined])
    expect(read({ HOME: undefined })).toBeUndefined()
    expect(read({ HOME: 'here' })).toBeUndefined()
    expect(read({ XDG_CONFIG_HOME: 'here' })).toBeUndefined()
    const bin = join(root, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'git'), '')
    expect(read({ PATH: `${bin}:/usr/bin` })).toEqual([])
    chmodSync(join(bin, 'git'), 0o755)
    expect(read({ PATH: `${bin}:/usr/bin` })).toBeUndefined()
    expect(read({ PATH: '/nowhere' })).toBeUndefined()
  })

  it('only git can tell of a folder or a link to nothing good in the place of a file', () => {
    mkdirSync(join(root, 'home/.gitconfig'))
    expect(read()).toBeUndefined()
    rmSync(join(root, 'home/.gitconfig'), { recursive: true })
    symlinkSync('.gitconfig', join(root, 'home/.gitconfig'))
    expect(read()).toBeUndefined()
  })

  it('are never fewer than git finds, whatever a file says', () => {
    const usual = fc.constantFrom(
      ...['[filter "a"]', '[filter "b-1"]', '[core]', '[alias]', '\t[filter "h"]\t', '\tclean = run', 'process=run'],
      ...['required', '\tx = a \\', '\tx = "a\\', '\tevent = pre-commit', '; nothing', ''],
    )
    const strange = fc.constantFrom(
      ...[
        '[ filter "c"]',
        '[filter]',
        '[Filter "d"]',
        '[filter.e]',
        '[filter "f" ]',
        '[filter "g"] # x',
        '[x "[filter"]',
      ],
      ...['[hook "i"]', '[hook]', '# [filter "j"]', '; [hook "k"]', '\tx = "[filter \\"l\\"]"', '\u00a0[filter "m"]'],
      ...[
        '[filter\\',
        '"n"]',
        '\ufeff[filter "o"]',
        '[filter\t"p"]',
        '[x',
        '[filter "q"]clean=run',
        '[core]x=[filter "r"]',
      ],
    )
    const piece = fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: strange, weight: 1 })
    const config = fc.array(piece, { maxLength: 6 }).map((lines) => lines.join('\n'))
    let answered = 0
    fc.assert(
      fc.property(config, config, (mine, users) => {
        own(mine)
        write(join(root, 'home/.gitconfig'), users)
        const found = read()
        const git = found === undefined ? undefined : gitsOwn()
        if (found === undefined || git === undefined) return
        answered += 1
        expect(found.map((name) => `filter.${name}`)).toEqual(expect.arrayContaining(git))
      }),
      { numRuns: 200, seed: 7 },
    )
    expect(answered).toBeGreaterThan(30)
  })
})
