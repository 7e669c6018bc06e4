// Every export of an entry that programs outside of this repository may import has a doc comment at its declaration.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './ready.mjs'

/** Entries by package, without `.ts`. */
export const ENTRIES = [
  ...['core/src/index', 'core/src/moments/index', 'core/src/ports/index', 'core/src/testing/index'],
  ...['local/src/index', 'conformance/src/index', 'plugin-kit/src/index', 'plugin-kit/src/commands/index'],
]

const DECLARED =
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|const|interface|type|class)\s+([A-Za-z0-9_]+)/gm

/** `{name, path, line}` for each export without one; `count` is how many exports were looked at. */
export function undocumented(folder = join(root, 'packages')) {
  const exported = new Map()
  for (const entry of ENTRIES) {
    const path = join(folder, `${entry}.ts`)
    if (existsSync(path)) for (const one of exportsOf(path)) exported.set(`${one.path} ${one.name}`, one)
  }
  const bare = [...exported.values()].filter(({ documented }) => !documented)
  return {
    count: exported.size,
    bare: bare.map(({ name, path, line }) => ({ name, path: relative(root, path), line })),
  }
}

/** Everything that a module exports, at the place where it is declared. */
function exportsOf(path) {
  const text = readFileSync(path, 'utf8')
  const own = [...text.matchAll(DECLARED)].map((match) => ({
    name: match[1],
    path,
    line: text.slice(0, match.index).split('\n').length,
    documented: /\*\/\s*(?:\/\/[^\n]*\s*)*$/.test(text.slice(0, match.index)),
  }))
  const all = [...text.matchAll(/^export\s+(?:type\s+)?\*\s+from\s+'(\.[^']+)'/gm)].flatMap((match) =>
    exportsOf(moduleOf(path, match[1])),
  )
  const named = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(\.[^']+)'/gm)].flatMap((match) => {
    const names = match[1].split(',').map(
      (name) =>
        name
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0],
    )
    return exportsOf(moduleOf(path, match[2])).filter(({ name }) => names.includes(name))
  })
  return [...own, ...all, ...named]
}

const moduleOf = (from, name) => join(dirname(from), name.replace(/\.js$/, '.ts'))
