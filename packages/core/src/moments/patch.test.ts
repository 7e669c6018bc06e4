import { describe, expect, it } from 'vitest'
import { createHostApi } from './host-api.js'
import { patchPaths, shellPatch } from './patch.js'

const PATCH = '*** Begin Patch\n*** Update File: src/a.txt\n@@\n-x\n+*** Add File: no.txt\n*** End Patch'

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

describe('shellPatch', () => {
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
    expect(patchPaths(shellPatch(command) ?? '')).toEqual(['src/a.txt'])
  })

  it('strips tabs of <<-', () => {
    expect(patchPaths(shellPatch('apply_patch <<-EOF\n\t*** Update File: a.txt\n\tEOF\n') ?? '')).toEqual(['a.txt'])
  })

  it('joins several patches of one command', () => {
    const command = "apply_patch <<'A'\n*** Add File: a\nA\napply_patch <<'B'\n*** Add File: b\nB\n"
    expect(patchPaths(shellPatch(command) ?? '')).toEqual(['a', 'b'])
  })

  it.each([
    [`cd sub/dir && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/dir/src/a.txt'],
    [`cd 'my dir'; apply_patch <<'EOF'\n${PATCH}\nEOF`, 'my dir/src/a.txt'],
    [`cd sub\napply_patch <<'EOF'\n${PATCH}\nEOF`, 'sub/src/a.txt'],
    [`cd /srv/p/ && apply_patch <<'EOF'\n${PATCH}\nEOF`, '/srv/p/src/a.txt'],
    [`cd "$X" && apply_patch <<'EOF'\n${PATCH}\nEOF`, 'src/a.txt'],
  ])('works a leading cd into the paths of %j', (command, path) => {
    expect(patchPaths(shellPatch(command) ?? '')).toEqual([path])
  })

  it.each([
    'echo hi > src/via-shell.txt',
    'cat apply_patch',
    `echo '${PATCH}'`,
    `git log --grep 'apply_patch fails'`,
    '',
  ])('finds none in %j', (command) => {
    expect(shellPatch(command)).toBeUndefined()
  })
})

describe('createHostApi', () => {
  it('hands out total readers under api 1', () => {
    const api = createHostApi()
    expect(api.api).toBe(1)
    expect([api.str(7), api.str(undefined, 'x'), api.obj([1]), api.list({})]).toEqual(['', 'x', {}, []])
  })
})
