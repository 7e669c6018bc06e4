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

/** Read by the build, or filled in by it. */
const OF_THE_BUILD = new Set(['requireYarn', 'BUNDLED_MODULES'])

it('no function and no constant is exported that no other file imports, but what packages publish and schemas beside their types', () => {
  const all = sources()
  const isSource = (file: string) => /\.(ts|tsx|mjs|cjs)$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file)
  const importing = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter(isSource)
  const words = new Map<string, Set<string>>()
  for (const file of importing)
    for (const word of readFileSync(join(packages, file), 'utf8').match(/\w+/g) ?? [])
      words.set(word, (words.get(word) ?? new Set()).add(file))
  const exported = [...all].flatMap(([file, text]) =>
    [...text.matchAll(/^export (?:async )?(?:function\*? |const )(\w+)/gm)].map((found) => ({
      file,
      name: found[1] ?? '',
    })),
  )
  expect(exported.length).toBeGreaterThan(1000)
  const idle = exported.filter(({ file, name }) => [...(words.get(name) ?? [])].every((other) => other === file))
  const isPublished = ({ file, name }: { file: string; name: string }) =>
    file.startsWith('conformance/src/') && /Contract$/.test(name)
  expect(
    idle.filter((one) => !OF_THE_BUILD.has(one.name) && !one.name.endsWith('Schema') && !isPublished(one)),
  ).toEqual([])
})
