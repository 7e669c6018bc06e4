import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const packages = join(import.meta.dirname, '..', 'packages')

/** Read from shell commands by what keeps agents' commits apart; nothing else may wait for its caller. */
const WAITING = new Set(['writtenPaths'])

function sources(): Map<string, string> {
  const files = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^[^/]+\/src\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'),
  )
  return new Map(files.map((file) => [file, readFileSync(join(packages, file), 'utf8')]))
}

it('every rule has a caller: none is kept only for recorded vectors or for its own test', () => {
  const all = sources()
  const callers = [...all].filter(([file]) => !file.endsWith('/index.ts'))
  const rules = [...all].filter(([file]) => /^(core\/src\/(rules|moments)|relay\/src\/rules)\//.test(file))
  const names = rules.flatMap(([file, text]) =>
    [...text.matchAll(/^export (?:async )?(?:function\*? |const )(\w+)/gm)].map((found) => ({
      file,
      name: found[1] ?? '',
    })),
  )
  expect(names.length).toBeGreaterThan(100)
  const unused = names.filter(({ file, name }) => {
    const word = new RegExp(`\\b${name}\\b`, 'g')
    return callers.every(([other, text]) => (text.match(word)?.length ?? 0) <= (other === file ? 1 : 0))
  })
  expect(unused.filter(({ name }) => !WAITING.has(name))).toEqual([])
})
