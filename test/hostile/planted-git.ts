import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Settings whose value git runs, wherever git's own list of settings ends in one of these words. */
const NAMES_A_PROGRAM =
  /(command|cmd|program|pager|editor|helper|textconv|driver|clean|smudge|process|gitproxy|askpass|fsmonitor|external|vcs|uploadpack|receivepack|packobjectshook|tunnel|difffilter|browser|viewer|<tool>\.path|\.update)$|^alias\.|^pager\./i

const NO_PROGRAM = /^(advice|color|column)\.|\.cachetextconv$/i

/** Those that git's list spells in another way, or leaves to the text of a page. */
const MORE = [
  'filter.<driver>.process',
  'credential.<url>.helper',
  'trailer.<token>.cmd',
  'tar.<format>.command',
  // From git 2.54 on.
  'hook.<name>.command',
]

/** In the place of `<name>` and `*`: what makes a setting of that family be looked at. */
const STANDINS: Readonly<Record<string, readonly string[]>> = {
  alias: ['status', 'rev-parse', 'x'],
  pager: ['status', 'ls-files', 'x'],
  remote: ['origin'],
  credential: ['https://example.invalid'],
  submodule: ['sub'],
}

export interface Planted {
  /** What was planted, setting by setting. */
  readonly settings: readonly string[]
  /** Folders to run things in, by name. */
  readonly places: Readonly<Record<string, string>>
  /** Labels of the planted programs that have run since the last call. */
  fired(): string[]
  /** Gives tracked files another time, so that git has to look into them. */
  touch(): void
}

/** Every setting of git's own documentation that names a program, with a name in the place of each `<name>`. */
export function programSettings(): string[] {
  const documented = execFileSync('git', ['help', '--config'], { encoding: 'utf8' }).split('\n')
  const names = [...documented.filter((name) => NAMES_A_PROGRAM.test(name) && !NO_PROGRAM.test(name)), ...MORE]
  return [...new Set(names)].flatMap((name) => {
    const family = name.slice(0, name.indexOf('.'))
    if (!/[<*]/.test(name)) return [name]
    return (STANDINS[family] ?? ['x']).map((word) => name.replace(/<[^>]*>|\*/, word))
  })
}

/**
 * A repository, as somebody else could hand it over in an archive, whose every setting and hook names a program that leaves
 * a trace; and the places from which such a repository can be met.
 */
export function plant(root: string, env: NodeJS.ProcessEnv): Planted {
  let touches = 0
  const trace = join(root, 'trace')
  const trap = join(root, 'trap.sh')
  writeFileSync(trap, `#!/bin/sh\necho "$1" >> '${trace}'\ncat >/dev/null 2>&1 </dev/null\nexit 0\n`)
  chmodSync(trap, 0o755)
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd, env, stdio: 'pipe', encoding: 'utf8' })
  const commit = (cwd: string) => {
    git(cwd, 'add', '-A')
    git(cwd, 'commit', '-q', '-m', 'one')
  }

  const library = join(root, 'library')
  const repo = join(root, 'archive ü')
  for (const folder of [library, repo]) {
    mkdirSync(folder)
    git(folder, 'init', '-q', '-b', 'main')
    writeFileSync(join(folder, '.gitattributes'), '* filter=x diff=x merge=x\nlate.txt filter=late\n')
    for (const name of ['a.txt', 'late.txt']) writeFileSync(join(folder, name), 'a\n')
    commit(folder)
  }
  git(repo, 'submodule', '--quiet', 'add', library, 'sub')
  writeFileSync(join(repo, 'plugin_boundary.json'), JSON.stringify({ schema_version: '1.0', plugins: {} }))
  commit(repo)
  git(repo, 'worktree', 'add', '-q', '-b', 'side', join(root, 'tree'))
  git(join(root, 'tree'), 'commit', '-q', '--allow-empty', '-m', 'on the side')

  // A clone of a harmless repository that holds the other one's git folder as ordinary files.
  const clone = join(root, 'clone')
  git(root, 'clone', '-q', '--no-recurse-submodules', repo, clone)
  const bare = join(clone, 'vendor')
  git(root, 'clone', '-q', '--bare', repo, bare)
  git(bare, 'read-tree', 'HEAD')

  // What `main` points to has to be fetched before anything can be compared with it.
  const first = git(repo, 'rev-parse', 'HEAD~1').trim()
  git(repo, 'update-ref', 'refs/remotes/origin/main', first)
  removeObject(repo, first)

  const settings = programSettings()
  const arm = (gitDir: string, extra = '') => {
    const armed = join(gitDir, 'more config')
    for (const [index, setting] of settings.entries()) {
      git(root, 'config', '--file', armed, setting, `'${trap}' '${index} ${setting}' #`)
    }
    mkdirSync(join(gitDir, 'hooks'), { recursive: true })
    for (const hook of HOOKS) {
      writeFileSync(join(gitDir, 'hooks', hook), `#!/bin/sh\n'${trap}' hook-${hook}\n`)
      chmodSync(join(gitDir, 'hooks', hook), 0o755)
    }
    for (const hook of HOOKS) git(root, 'config', '--file', armed, '--add', 'hook.x.event', hook)
    // Only for a worktree that is just being made, and only on a branch that is: nobody could have listed it before.
    const late = join(gitDir, 'late config')
    const run = (what: string) => `'${trap}' 'late ${what}' #`
    for (const what of ['clean', 'smudge', 'process'])
      git(root, 'config', '--file', late, `filter.late.${what}`, run(what))
    git(root, 'config', '--file', late, 'hook.late.command', run('hook'))
    for (const hook of HOOKS) git(root, 'config', '--file', late, '--add', 'hook.late.event', hook)
    const config = join(gitDir, 'config')
    // Half of it by each of the two ways of including a file.
    writeFileSync(
      config,
      `${readFileSync(config, 'utf8')}\n[include]\n\tpath = more config\n[includeIf "gitdir:**"]\n\tpath = more config\n[includeIf "gitdir:**/worktrees/run-*"]\n\tpath = late config\n[includeIf "onbranch:bl/**"]\n\tpath = late config\n${extra}`,
    )
  }
  const lazy = `[remote "lazy"]\n\turl = ext::${trap.replaceAll(' ', '% ')} lazy-fetch\n\tpromisor = true\n\tpartialclonefilter = blob:none\n[protocol "ext"]\n\tallow = always\n[extensions]\n\tpartialclone = lazy\n[core]\n\trepositoryformatversion = 1\n`
  arm(join(repo, '.git'), lazy)
  arm(join(repo, '.git/modules/sub'))
  // A working tree makes git look at files there, too.
  arm(bare, '[core]\n\tbare = false\n\tworktree = ..\n')
  rmSync(trace, { force: true })

  return {
    settings,
    places: { archive: repo, submodule: join(repo, 'sub'), worktree: join(root, 'tree'), bare },
    fired() {
      if (!existsSync(trace)) return []
      const lines = readFileSync(trace, 'utf8').split('\n')
      rmSync(trace)
      return [...new Set(lines.filter((line) => line !== ''))]
    },
    touch() {
      const then = new Date(Date.now() - 1000 * ++touches)
      for (const folder of [repo, join(repo, 'sub'), join(root, 'tree'), clone])
        utimesSync(join(folder, 'a.txt'), then, then)
    },
  }
}

/** Every hook that git's documentation names. */
const HOOKS =
  'applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman p4-changelist p4-prepare-changelist p4-post-changelist p4-pre-submit post-index-change'.split(
    ' ',
  )

function removeObject(repo: string, sha: string): void {
  rmSync(join(repo, '.git/objects', sha.slice(0, 2), sha.slice(2)), { force: true })
  expectNoPacks(repo)
}

function expectNoPacks(repo: string): void {
  const packs = join(repo, '.git/objects/pack')
  if (existsSync(packs) && readdirSync(packs).length > 0) throw new Error('the object may still be in a pack')
}
