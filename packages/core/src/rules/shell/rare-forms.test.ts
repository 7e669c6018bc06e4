import { describe, expect, it } from 'vitest'
import { readShell } from './read-shell.js'
import { writtenPaths } from './written-paths.js'

const written = (command: string | readonly string[], folders: readonly string[] = []) =>
  writtenPaths(readShell(command).writes, (path) => folders.includes(path))

const PATCH = '*** Begin Patch\n*** Update File: a.ts\n*** End Patch'

describe('forms of the shell that are written now and then', () => {
  it.each([
    // Here-documents and here-strings.
    ["bash <<'EOF'\nrm a.ts\nrm b.ts\nEOF", ['a.ts', 'b.ts']],
    ["bash <<-'EOF'\n\techo x > 'a\tb.txt'\n\tEOF", ['a\tb.txt']],
    ['bash <<< \'rm a.ts "$X"\'', ['a.ts']],
    [`apply_patch <<< '${PATCH}'`, ['a.ts']],
    // Arithmetic, back quotes and braces, in which nothing is a redirection.
    ['echo $((1+2)) > a.txt', ['a.txt']],
    ['echo $[1+2] > a.txt', ['a.txt']],
    ['echo `date` > a.txt', ['a.txt']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's, not a template's
    ['echo ${A:-${B} > b.txt} > a.txt', ['a.txt']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's, not a template's
    ['cat ${A:-"}"} > a.txt', ['a.txt']],
    ['[[ -f a.ts ]] && rm a.ts', ['a.ts']],
    // What a loop goes over may be written by commands of their own.
    ['for f in $(ls | tee a.txt; rm b.txt); do echo "$f"; done', ['a.txt', 'b.txt']],
    ['bash <<"EOF"\necho "$HOME" > a.txt\nEOF', ['a.txt']],
    ['rsync -a host:a.txt src/b.txt lib/', ['lib/a.txt', 'lib/b.txt']],
    // A pipe's parts run in shells of their own.
    ['cd a | touch x', ['x']],
    ['cp "$X" "$Y" lib; touch z', ['z']],
  ])('%j', (command, files) => {
    expect(written(command)).toEqual(files)
  })

  it.each([
    'npm test >&12',
    'npm test 2>&1-',
    'echo x > "out-$?"',
    'echo x > "$@"',
    '[[ a > b\n]]',
    // A line that goes on is not run before its end is read.
    'echo a > a.txt &&\necho "b > b.txt',
  ])('nothing: %j', (command) => {
    expect(written(command)).toEqual([])
  })

  it('of two commands on one folder the one that takes all in it counts, whichever comes first', () => {
    const all = [{ path: 'a', tree: true, by: 'rm' }]
    expect(readShell('rm -r a; rm a').writes).toEqual(all)
    expect(readShell('rm a; rm -r a').writes).toEqual(all)
  })

  it('knows the options of a program that was called word by word', () => {
    expect(written(['sed', '-i', 's/a/b/', 'a.ts'])).toEqual(['a.ts'])
  })
})

describe('options of git and patch that change what is written', () => {
  it.each([
    ['git mv a.ts new/', ['a.ts', 'new/a.ts']],
    ['git mv -f a.ts b.ts', ['a.ts', 'b.ts']],
    ['git restore -s HEAD~1 a.ts', ['a.ts']],
    ['git restore --source HEAD~1 a.ts', ['a.ts']],
    ['git restore --staged --worktree a.ts', ['a.ts']],
    ['git checkout --ours a.ts b.ts', ['a.ts', 'b.ts']],
    ['patch src/a.ts --output out.ts < fix.diff', ['out.ts']],
    ['patch src/a.ts -o out.ts < fix.diff', ['out.ts']],
  ])('%j', (command, files) => {
    expect(written(command)).toEqual(files)
  })

  it.each([
    'git mv -n a.ts b.ts',
    'git mv --help a.ts b.ts',
    'git restore -p a.ts',
    'patch --dry-run src/a.ts < fix.diff',
    'patch --check src/a.ts < fix.diff',
    'patch -C src/a.ts < fix.diff',
    'patch -d sub a.ts < fix.diff',
    'patch --directory=sub a.ts < fix.diff',
    "git apply --stat <<'EOF'\n--- a/a.ts\n+++ b/a.ts\nEOF",
    "git apply --include=x <<'EOF'\n--- a/a.ts\n+++ b/a.ts\nEOF",
  ])('nothing: %j', (command) => {
    expect(written(command)).toEqual([])
  })

  it.each([
    ['git checkout --conflict merge a.ts', { verb: 'checkout', target: 'a.ts', orWrites: ['a.ts'] }],
    ['git checkout main --', { verb: 'checkout', target: 'main', orWrites: [] }],
    ['git switch main -C new', { verb: 'switch', target: 'new', orWrites: [] }],
    ['git switch main --create new', { verb: 'switch', target: 'new', orWrites: [] }],
    ['git checkout --orphan new', { verb: 'checkout', target: 'new', orWrites: [] }],
    ['git clean --force', { verb: 'clean', target: undefined, orWrites: [] }],
  ])('%j', (command, { verb, target, orWrites }) => {
    const { git } = readShell(command)
    const seen = git.map((one) => ({ ...one, orWrites: (one.orWrites ?? []).map(({ path }) => path) }))
    expect(seen).toMatchObject([{ verb, orWrites }])
    expect(seen[0]?.target).toBe(target)
  })

  it.each(['git commit --interactive -a', 'git add --interactive .', 'git add -e .'])(
    '%j lets a person choose',
    (command) => {
      expect(readShell(command).git).toEqual([])
    },
  )
})
