import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readShell } from './read-shell.js'

const PIECES = [
  ...[
    'rm',
    'git',
    'checkout',
    'cd',
    'sed',
    '-i',
    '--',
    '-c',
    'bash',
    'if',
    'then',
    'fi',
    'case',
    'in',
    'esac',
    'for',
    'do',
  ],
  ...[
    'done',
    '{',
    '}',
    '(',
    ')',
    '((',
    '$(',
    '${',
    '$((',
    '`',
    "'",
    '"',
    '\\',
    '\n',
    ';',
    ';;',
    '&&',
    '||',
    '|',
    '&',
    '>',
  ],
  ...[
    '<',
    '<<EOF',
    '<<-"E F"',
    'EOF',
    '<(',
    '>(',
    '2>&1',
    '&>',
    '[[',
    ']]',
    '$x',
    '*',
    '~',
    '#',
    ' ',
    ' ',
    ' ',
    'a.ts',
  ],
  ...[
    '*** Add File: a',
    'apply_patch',
    'f()',
    'function',
    "$'",
    '\r\n',
    '\t',
    '😀',
    '\ud800',
    '\0',
    '!',
    'time',
    'eval',
  ],
]
const anyCommand = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(' ')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

describe('readShell, whatever it is given', () => {
  it('never throws, and answers relative or absolute paths without a turn', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const { writes, git } = readShell(command)
        for (const path of [...writes.map(({ path }) => path), ...git.flatMap(({ scope }) => scope ?? [])]) {
          expect(path).not.toMatch(/^$|\/\/|\0|\n|(?:^|\/)\.\/|[^/.]\/\.\.(?:\/|$)/)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('says the same again, and says it of the words when they are given one by one', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(readShell(['bash', '-c', command])).toEqual(readShell(command))
      }),
      { numRuns: 1000 },
    )
  })

  // What costs more than linear time does not come to an end here.
  it('reads deep and long commands to an end', () => {
    const LONG = 100_000
    for (const [head, part, tail] of [
      ['', '$(', ''],
      ['', '"$(', ''],
      ['', '(', ')'],
      ['', '{ ', '}'],
      ['', '! ', ''],
      ['', 'f() ', ''],
      ['', 'if ', ''],
      ['', 'bash -c ', ''],
      ['', 'sudo ', ''],
      ['', '<<E ', ''],
      ['cat ', '<<E ', '\nE'],
      ['rm ', 'a ', ''],
      ['rm ', '-', ''],
      ['a', '=(', ''],
      ['', '2', '>a'],
      ['{', '.', '}'],
      ['', 'cd a && ', 'rm b'],
      ['git ', '-C a ', 'stash'],
      ['', '*** Add File: a\n', ''],
      ["apply_patch <<'E'\n", '*** Add File: a\n', 'E'],
      ["git apply <<'E'\n", '--- a/a\n+++ b/a\n@@ -1 +1 @@\n', 'E'],
    ] as const) {
      const command = head + part.repeat(LONG / part.length) + tail
      expect(readShell(command).writes.length).toBeLessThanOrEqual(1000)
    }
    expect(readShell(`rm ${Array.from({ length: 5000 }, (_, n) => `f${n}`).join(' ')}`).writes).toHaveLength(1000)
  })
})

describe('readShell beside real shells', () => {
  const file = fc.constantFrom('a', 'b', 'c', 'sub/d', "'e f'")
  const folder = fc.constantFrom('sub', 'sub/deep', '..', '.', 'none')
  const simple = fc.oneof(
    file.map((name) => `echo x > ${name}`),
    file.map((name) => `echo x | tee -a ${name} > /dev/null`),
    fc.tuple(file, file).map(([from, to]) => `cp ${from} ${to}`),
    fc.tuple(file, file).map(([from, to]) => `mv -f ${from} ${to}`),
    file.map((name) => `rm -f ${name}`),
    file.map((name) => `sed -i 's/x/y/' ${name}`),
    file.map((name) => `touch ${name}`),
    folder.map((name) => `cd ${name}`),
    fc.constantFrom('true', 'false', 'test -f a', 'exit'),
  )
  const command = fc
    .array(fc.tuple(simple, fc.constantFrom('; ', ' && ', ' || ', '\n', ' | ')), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([text, joint], at) => text + (at === parts.length - 1 ? '' : joint)).join(''))
  const wrapped = fc.oneof(
    command,
    command.map((text) => `(${text}); touch z`),
    command.map((text) => `{ ${text}\n}`),
    command.map((text) => `if test -f a; then ${text}\nfi; touch z`),
  )

  it('names every file that a real run changed, unless the run left the folder that is known', () => {
    const root = mkdtempSync(join(tmpdir(), 'rally shell '))
    try {
      fc.assert(
        fc.property(wrapped, (text) => {
          const place = join(root, 'top', 'work')
          rmSync(join(root, 'top'), { recursive: true, force: true })
          mkdirSync(join(place, 'sub', 'deep'), { recursive: true })
          for (const name of ['a', 'sub/d']) writeFileSync(join(place, name), 'x first\n')
          const before = snapshot(join(root, 'top'))
          spawnSync('sh', ['-c', text], { cwd: place, stdio: 'ignore' })
          const after = snapshot(join(root, 'top'))
          const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
            (k) => before.get(k) !== after.get(k),
          )
          const named = new Set(readShell(text).writes.map(({ path }) => join('work', path)))
          // A `cd` that may not have happened makes silence right; everything else has to be named.
          if (!text.includes('cd ')) for (const path of changed) expect([...named], text).toContain(path)
        }),
        { numRuns: 60 },
      )
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})

function snapshot(root: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    found.set(path.slice(root.length + 1), readFileSync(path, 'utf8'))
  }
  return found
}
