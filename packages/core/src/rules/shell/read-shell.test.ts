import { describe, expect, it } from 'vitest'
import { readShell } from './read-shell.js'
import { writtenPaths } from './written-paths.js'

const written = (command: string | readonly string[], folders: readonly string[] = []) =>
  writtenPaths(readShell(command).writes, (path) => folders.includes(path))

const DIFF =
  '--- a/src/a.ts\t2026-01-01\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n--- a/no.ts\n+++ b/no.ts\n x\n--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1 @@\n+x\n'

/** Commands that write, and the files that they write. */
const WRITES: readonly (readonly [string, readonly string[]])[] = [
  ['echo hi > src/a.txt', ['src/a.txt']],
  ['echo hi >> "my file.txt"', ['my file.txt']],
  ['> a.txt', ['a.txt']],
  ['npm test > out.log 2> err.log', ['out.log', 'err.log']],
  ['npm test >out.log 2>&1', ['out.log']],
  ['npm test &> all.log', ['all.log']],
  ['npm test >& all.log; npm run lint &>> more.log', ['all.log', 'more.log']],
  ['set -o noclobber; echo x >| forced.txt', ['forced.txt']],
  ["cat > src/new.ts <<'EOF'\nconst a = 1 > 0\nrm b.ts\nEOF\n", ['src/new.ts']],
  ['cat <<-END | tee a.txt\n\tx > y\n\tEND\necho done > b.txt', ['a.txt', 'b.txt']],
  ['echo x | tee a.txt b.txt > /dev/null', ['a.txt', 'b.txt']],
  ['echo x | sudo tee -a /etc/hosts', ['/etc/hosts']],
  ["sed -i 's/a > b/c/' src/a.ts", ['src/a.ts']],
  ["sed -i '' -e 's/a/b/' src/a.ts src/b.ts", ['src/a.ts', 'src/b.ts']],
  ["sed -i '' 's/a/b/' src/a.ts", ['src/a.ts']],
  ["sed -i.bak -E 's/(a)/\\1/' ./src//a.ts", ['src/a.ts']],
  ["sed --in-place=.bak --expression='s/a/b/' a.ts", ['a.ts']],
  ['sed -n -i -f script.sed a.ts', ['a.ts']],
  ['sed -i "s/$OLD/$NEW/g" a.ts "$OTHER"', ['a.ts']],
  ["perl -pi -e 's/a/b/' a.ts b.ts", ['a.ts', 'b.ts']],
  ["perl -i.bak -pe 's/a/b/' -- a.ts", ['a.ts']],
  ["ruby -pi -e 'gsub(/a/, %q(b))' a.rb", ['a.rb']],
  ['cp a.ts b.ts', ['b.ts']],
  ['cp a.ts src', ['src/a.ts']],
  ['cp a.ts b.ts src/', ['src/a.ts', 'src/b.ts']],
  ['cp -t lib x/a.ts y/b.ts', ['lib/a.ts', 'lib/b.ts']],
  ['cp "$FROM" to.ts', ['to.ts']],
  ['mv old.ts new.ts', ['new.ts', 'old.ts']],
  ['mv -f a.ts b.ts lib', ['lib/a.ts', 'lib/b.ts', 'a.ts', 'b.ts']],
  ['rm -rf build src/a.ts', ['build', 'src/a.ts']],
  ['rm -- -odd.txt', ['-odd.txt']],
  ['touch a b; truncate -s 0 c', ['a', 'b', 'c']],
  ['dd if=/dev/zero of=disk.img bs=1M count=1', ['disk.img']],
  ['install -m 644 a.conf etc/a.conf', ['etc/a.conf']],
  ['ln -sf ../a.ts link.ts', ['link.ts']],
  ['rsync -av src/a.ts backup/', ['backup/a.ts']],
  ['git mv a.ts src', ['a.ts', 'src/a.ts']],
  ['git rm -q src/a.ts', ['src/a.ts']],
  ['git restore --source=HEAD~1 src/a.ts lib', ['src/a.ts', 'lib']],
  ['git checkout -- src/a.ts', ['src/a.ts']],
  ['git checkout main -- a.ts b.ts', ['a.ts', 'b.ts']],
  ['git checkout .', ['.']],
  ['git -C sub checkout -q HEAD -- a.ts', ['sub/a.ts']],
  ['git stash push -m wip -- a.ts', ['a.ts']],
  [`git apply <<'EOF'\n${DIFF}EOF`, ['src/a.ts', 'new.ts']],
  [`cd sub && patch -p1 <<'EOF'\n${DIFF}EOF`, ['sub/src/a.ts', 'sub/new.ts']],
  ['patch src/a.ts < fix.diff', ['src/a.ts']],
  ["apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a.ts\n*** End Patch\nEOF", ['a.ts']],
  ['cd packages/core && echo x > ../a.ts', ['packages/a.ts']],
  ['cd /srv/p; echo x > a.ts', ['/srv/p/a.ts']],
  ['cd sub || exit 1\necho x > a.ts', ['sub/a.ts']],
  ['mkdir -p out && cd out && touch a; touch b', ['out/a', 'out/b']],
  ['(cd sub && touch a); touch b', ['sub/a', 'b']],
  ['bash -lc "cd sub && sed -i \'s/a/b/\' a.ts"', ['sub/a.ts']],
  ["sh -ec 'echo \"$1\" > a.ts' sh x; bash <<'EOF'\nrm b.ts\nEOF", ['a.ts', 'b.ts']],
  ['if [ -f a.ts ]; then rm a.ts; else touch b.ts; fi', ['a.ts', 'b.ts']],
  ['for f in a b; do echo "$f" >> list.txt; done', ['list.txt']],
  ['case $1 in a|b) rm a.ts;; (*) touch c.ts ;; esac > log.txt', ['log.txt', 'a.ts', 'c.ts']],
  ['env LC_ALL=C timeout 10s nice -n 5 sed -i s/a/b/ a.ts', ['a.ts']],
  ['time -p { echo a > a.txt; } 2> time.txt', ['time.txt', 'a.txt']],
  ['X=$(git rm old.ts) Y=1 tee >(cat > copy.txt) main.txt', ['old.ts', 'copy.txt', 'main.txt']],
  ['echo it\\\'s $\'a\\tb\' "a > \\"b\\"" > \'c d\'"e".txt # > no.txt', ['c de.txt']],
  ['echo a \\\n  > a.txt', ['a.txt']],
  ['eval "rm a.ts" && ! rm b.ts & touch c.ts', ['a.ts', 'b.ts', 'c.ts']],
  ['echo a > a.txt\r\necho b > b.txt\r\n', ['a.txt', 'b.txt']],
]

/** Commands that write nothing, or nothing that can be told from their text. */
const NONE: readonly string[] = [
  '',
  'npm test',
  'git status && git diff HEAD~1 -- src/a.ts',
  'cat a.txt | grep -v ">" | sort -u',
  'echo \'a > b\' "c > d" e\\>f',
  'echo hi > "$OUT"',
  'echo hi > $(mktemp)',
  'echo hi > out-*.txt',
  'echo hi > ~/notes.txt',
  'npm test > /dev/null 2>&1',
  'cat < in.txt 3<&0',
  "cat <<'EOF'\nrm a.ts > b.ts\nEOF",
  '[[ a > b && $x =~ ^(c|d)$ ]] && echo yes',
  '(( a > b )) || echo $(( 1 > 0 ))',
  'ls # > a.txt',
  "sed 's/a/b/' a.ts",
  'sed -n -e 1,5p a.ts',
  "sed -i 's/a/b/' *.ts",
  "perl -ne 'print' a.ts",
  'rm "$FILE" $FILES *.log {a,b}.txt',
  'cp -r src/ "$DEST"',
  'cp --help',
  'cp $ARGS a.ts b.ts',
  'find . -name "*.ts" -exec rm {} +',
  "find . -name '*.js' | xargs rm",
  'ssh host "rm a.ts"',
  'docker run --rm image rm a.ts',
  'git rm --cached a.ts',
  'git restore --staged a.ts',
  "git restore '*.ts' ':!a.ts'",
  'GIT_WORK_TREE=/srv git checkout -- a.ts',
  'git --git-dir=/srv/.git checkout -- a.ts',
  'patch -p1 --dry-run < a.diff',
  'cd "$DIR" && rm a.ts',
  'cd - && rm a.ts',
  'test -d sub && cd sub; rm a.ts',
  'cd a || cd b; rm c.ts',
  'f() { rm a.ts; }; f',
  'rm() { echo "$@"; }; rm a.ts',
  'exit 0; rm a.ts',
  'command -v rm a.ts',
  'bash script.sh a.ts; bash -n -c "rm a.ts"',
  "echo 'unfinished > a.txt",
  'if true; then rm a.ts',
  'echo ) > a.txt',
  "python3 - <<'EOF'\nopen('a.txt', 'w')\nEOF",
  'rsync -n a.ts b.ts; rsync a.ts host:b.ts; rsync -e ssh a.ts b.ts',
  '$CMD a.ts b.ts',
  'git checkout -b feature',
]

describe('readShell: files', () => {
  it('knows enough commands of both kinds', () => {
    expect(WRITES.length).toBeGreaterThanOrEqual(60)
    expect(NONE.length).toBeGreaterThanOrEqual(40)
  })

  it.each(WRITES)('%j', (command, files) => {
    expect(written(command, ['src', 'lib'])).toEqual(files)
  })

  it.each(NONE)('nothing: %j', (command) => {
    expect(written(command)).toEqual([])
  })

  it('says what is meant when a target is a folder', () => {
    expect(readShell('cp a.ts b').writes).toEqual([{ path: 'b', tree: false, inside: 'a.ts', by: 'cp' }])
    expect(readShell('cp "$X" b').writes).toEqual([{ path: 'b', tree: false, inside: null, by: 'cp' }])
    expect(written('cp "$X" b', ['b'])).toEqual([])
    expect(written('cp -T a b', ['b'])).toEqual(['b'])
    expect(written('cp a.ts .')).toEqual(['a.ts'])
  })

  it('says whether what lies in a folder is written, too', () => {
    expect(readShell('rm a; rm -r b; mv c d; git checkout -- e').writes.map(({ path, tree }) => [path, tree])).toEqual([
      ['a', false],
      ['b', true],
      ['d', false],
      ['c', true],
      ['e', true],
    ])
    expect(readShell('rm a; rm -r a').writes).toEqual([{ path: 'a', tree: true, by: 'rm' }])
  })

  it('reads a call of a program word by word', () => {
    expect(written(['bash', '-lc', 'echo "a b" > c.txt'])).toEqual(['c.txt'])
    expect(written(['rm', 'a > b', '$x'])).toEqual(['a > b', '$x'])
    expect(written([])).toEqual([])
  })

  it.each([
    ['echo a > a.txt\necho "b > b.txt', ['a.txt']],
    ['echo a > a.txt; echo "b > b.txt', []],
    ['echo a > a.txt\nif true; then', ['a.txt']],
    ['echo a > a.txt &&\n', ['a.txt']],
    ['echo a > a.txt\n)\necho b > b.txt', ['a.txt']],
  ])('reads up to the line that is not whole: %j', (command, files) => {
    expect(written(command)).toEqual(files)
  })

  it.each([
    ['cd a && touch x & touch y', ['a/x', 'y']],
    ['cd a | cat; touch y', ['y']],
    ['true && cd a; touch y', ['a/y']],
    ['cd a || touch x; touch y', ['a/y']],
    ['make && cd a && touch x; touch y', ['a/x']],
    ['pushd a; touch x; popd; touch y', ['a/x']],
    ['{ cd a; }; touch x', ['a/x']],
    ['cd a; bash -c "cd b; touch x"; touch y', ['a/b/x', 'a/y']],
    ['if cd a; then touch x; fi; touch y', []],
    ['while cd ..; do :; done; touch x', []],
    ['eval "cd a"; touch x', ['a/x']],
    ['cd ../b; touch ../c', ['../c']],
    ['cd /; touch ../c', ['/c']],
    ['make && exit; touch x', ['x']],
    ['(exit); touch x', ['x']],
    ['exec > log.txt; touch x', ['log.txt', 'x']],
    ['exec make; touch x', []],
  ])('follows the folder and the end of the shell: %j', (command, files) => {
    expect(written(command)).toEqual(files)
  })
})

describe('readShell: git', () => {
  const verbs = (command: string) => readShell(command).git.map(({ verb }) => verb)

  it.each([
    ['git commit -am "x"', 'commit-all'],
    ['git commit --amend --all --no-edit', 'commit-all'],
    ['git commit -qam x && true', 'commit-all'],
    ['git add -A', 'add-all'],
    ['git add .', 'add-all'],
    ['git add --all src', 'add-all'],
    ['git add :/', 'add-all'],
    ['git add -u', 'add-all'],
    ['git add src/a.ts', 'add-folder'],
    ['git commit -m x src', 'commit-folder'],
    ['git stash', 'stash'],
    ['git stash -u', 'stash'],
    ['git stash save "wip"', 'stash'],
    ['git checkout main', 'checkout'],
    ['git checkout -b feature', 'checkout'],
    ['git checkout -f', 'checkout'],
    ['git checkout "$BRANCH"', 'checkout'],
    ['git switch -c feature origin/main', 'switch'],
    ['git switch -', 'switch'],
    ['git reset --hard HEAD~1', 'reset-hard'],
    ['git clean -fdx', 'clean'],
    ['git rebase -i main', 'rebase'],
    ['git pull --rebase', 'pull'],
    ['sudo -u me git -c core.editor=true pull', 'pull'],
    ['bash -c "cd sub && git stash"', 'stash'],
  ])('%j takes work along', (command, verb) => {
    expect(verbs(command)).toEqual([verb])
  })

  it.each([
    'git commit -m "-a"',
    'git commit -F -a',
    'git commit --dry-run -a',
    'git commit',
    'git add -n -A',
    'git add -p .',
    'git add $FILES -A',
    'git stash list',
    'git stash pop',
    'git stash push -- a.ts',
    'git checkout',
    'git checkout -- .',
    'git checkout --help',
    'git reset --soft HEAD~1',
    'git reset',
    'git clean -n',
    'git clean -nfd',
    'git clean -d',
    'git rebase --abort',
    'git pull --dry-run',
    'git log --grep "git stash"',
    'echo git stash',
    'cd "$DIR" && git stash',
    'GIT_DIR=/srv/.git git stash',
    'git ci -am x',
  ])('%j does not', (command) => {
    expect(verbs(command)).toEqual([])
  })

  it('says where, what and for which branch', () => {
    expect(readShell('cd sub && git add . ../lib "$X"').git).toEqual([
      { verb: 'add-all', folder: 'sub', scope: ['sub'] },
      { verb: 'add-folder', folder: 'sub', scope: ['lib'] },
    ])
    expect(readShell('git -C /srv -C p clean -fd build').git).toEqual([
      { verb: 'clean', folder: '/srv/p', scope: ['/srv/p/build'] },
    ])
    expect(readShell('git switch -c new main').git).toEqual([{ verb: 'switch', folder: '.', target: 'new' }])
    expect(readShell('git checkout HEAD~1').git).toEqual([{ verb: 'checkout', folder: '.', target: 'HEAD~1' }])
    expect(readShell('git checkout a.ts').git).toEqual([
      {
        verb: 'checkout',
        folder: '.',
        target: 'a.ts',
        orWrites: [{ path: 'a.ts', tree: true, by: 'git' }],
      },
    ])
  })
})
