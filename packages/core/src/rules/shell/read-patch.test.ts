import { describe, expect, it } from 'vitest'
import { patchPaths } from './patch-paths.js'
import { readShell } from './read-shell.js'

const PATCH = '*** Begin Patch\n*** Update File: src/a.txt\n@@\n-x\n+*** Add File: no.txt\n*** End Patch'

const written = (command: string) => readShell(command).writes.map(({ path }) => path)

describe('patchPaths', () => {
  it('names added, updated, deleted and moved files in order', () => {
    const text = [
      '*** Begin Patch',
      '*** Update File: src/app.txt',
      '*** Move to: src/moved app.txt',
      '@@',
      '-old',
      '+new',
      '*** Add File: src/new.txt',
      '+*** Delete File: not-this.txt',
      ' *** Delete File: nor-this.txt',
      '*** Delete File: gone.txt  ',
      '*** Update File: src/app.txt',
      '*** End Patch',
    ].join('\n')
    expect(patchPaths(text)).toEqual(['src/app.txt', 'src/moved app.txt', 'src/new.txt', 'gone.txt'])
  })

  it('reads CRLF and ignores headers without a path', () => {
    expect(patchPaths('*** Update File: a.txt\r\n*** Add File: \r\n*** Delete File: b.txt\r\n')).toEqual([
      'a.txt',
      'b.txt',
    ])
  })
})

describe('a patch in a shell command', () => {
  it.each([
    `apply_patch <<'EOF'\n${PATCH}\nEOF`,
    `apply_patch <<"EOF"\n${PATCH}\nEOF\necho done`,
    `apply_patch <<EOF\n${PATCH}\nEOF`,
    `set -e; /usr/bin/apply_patch <<'EOF' && ls\n${PATCH}\nEOF\n`,
    `bash -lc "apply_patch <<'EOF'\n${PATCH}\nEOF"`,
    `apply_patch '${PATCH}'`,
    `apply_patch "${PATCH}" && git add .`,
    `apply_patch <<'EOF'\n${PATCH}`,
  ])('finds the patch in %j', (command) => {
    expect(written(command)).toEqual(['src/a.txt'])
  })

  it.each([
    ['here-document', `apply_patch <<'EOF'\n${PATCH}\nEOF\n`],
    ['double-quoted delimiter', `apply_patch <<"E F"\n${PATCH}\nE F\n`],
    ['bare delimiter', `apply_patch <<\\EOF\n${PATCH}\nEOF\n`],
    ['CRLF', `apply_patch <<EOF\r\n${PATCH.replaceAll('\n', '\r\n')}\r\nEOF\r\n`],
    ['stripped tabs', `apply_patch <<-EOF\n${PATCH}\n\t\tEOF\n`],
    ['single quotes', `apply_patch '${PATCH}'`],
    ['a backslash before a single quote', `apply_patch '${PATCH}\\'`],
    ['double quotes', `apply_patch "${PATCH}"`],
    ['escaped quotes', `apply_patch "${PATCH.replace('-x', '-say \\"*** x\\"')}"`],
  ])('takes a patch for no longer than it is: %s', (_how, command) => {
    expect(written(`${command}\n*** Add File: other.txt\n`)).toEqual(['src/a.txt'])
  })

  it('only an end that stands alone, and without tabs, ends a here-document', () => {
    const command = "apply_patch <<'EOF'\n*** Add File: a\n\tEOF\n+EOF\nEOF2\n*** Add File: b\nEOF\n"
    expect(written(command)).toEqual(['a', 'b'])
  })

  it('takes a backslash in single quotes for itself, and in double quotes for what it means', () => {
    const patch = (path: string) => `*** Begin Patch\n*** Add File: ${path}\n*** End Patch`
    expect(written(`apply_patch '${patch('a\\$b')}'`)).toEqual(['a\\$b'])
    expect(written(`apply_patch "${patch('a\\$b\\n')}"`)).toEqual(['a$b\\n'])
  })

  it('strips tabs of <<-', () => {
    expect(written('apply_patch <<-EOF\n\t*** Update File: a.txt\n\tEOF\n')).toEqual(['a.txt'])
  })

  it('joins several patches of one command', () => {
    const command = "apply_patch <<'A'\n*** Add File: a\nA\napply_patch <<'B'\n*** Add File: b\nB\n"
    expect(written(command)).toEqual(['a', 'b'])
  })

  it.each([
    [`cd sub/dir && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/dir/src/a.txt'],
    [`cd 'my dir'; apply_patch <<'EOF'\n${PATCH}\nEOF`, 'my dir/src/a.txt'],
    [`cd sub\napply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/src/a.txt'],
    [`cd /srv/p/ && apply_patch <<'EOF'\n${PATCH}\nEOF`, '/srv/p/src/a.txt'],
    [`cd sub// && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/src/a.txt'],
    [`cd / && apply_patch <<'EOF'\n${PATCH}\nEOF`, '/src/a.txt'],
    [`cd "" && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'src/a.txt'],
    [`cd sub && ls && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/src/a.txt'],
    [`cd sub && /opt/bin/apply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/src/a.txt'],
    [`bash -lc "cd sub && apply_patch <<'EOF'\n${PATCH}\nEOF"`, 'sub/src/a.txt'],
    [`echo "cd sub" && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'src/a.txt'],
    [`cd sub && apply_patch '${PATCH.replace(' src', '   src')}'`, 'sub/src/a.txt'],
    [`cd sub && apply_patch '${PATCH.replace('src/', '/srv/')}'`, '/srv/a.txt'],
  ])('works a leading cd into the paths of %j', (command, path) => {
    expect(written(command)).toEqual([path])
  })

  it.each([
    'cat apply_patch',
    `echo '${PATCH}'`,
    `git log --grep 'apply_patch fails'`,
    `cd "$X" && apply_patch <<'EOF'\n${PATCH}\nEOF`,
    `apply_patch 'help' <x\n*** Add File: a\n`,
    `apply_patch X*** Begin Patch\n*** Add File: a\nX`,
    'apply_patch x\n*** Add File: a\n',
    '',
  ])('finds none in %j', (command) => {
    expect(written(command)).toEqual([])
  })
})
