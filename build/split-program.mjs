import { relative, resolve } from 'node:path'

/**
 * What a daily command reads and compiles is most of what it costs, and of the whole program it runs a fifth. So the program is
 * two files: the modules that `starts` load by themselves, and the rest, which is loaded at its first use. A module is in one
 * of them only; where one part names a module of the other, it asks for it by number.
 *
 * `metafile` is esbuild's, of the program in one piece; `isLazy(from, import)` says whether an import is followed at its first
 * use only. Answers the modules that each part asks the other for, with their numbers.
 */
export function splitProgram({ inputs }, { starts, isLazy }) {
  const usual = new Set()
  const open = [...starts]
  while (open.length > 0) {
    const name = open.pop()
    if (usual.has(name)) continue
    if (!inputs[name]) throw new Error(`build/split-program.mjs: ${name} is not in the program`)
    usual.add(name)
    for (const use of inputs[name].imports) if (!use.external && !isLazy(name, use)) open.push(use.path)
  }
  const askedBy = (isUsual) => {
    const names = Object.entries(inputs)
      .filter(([name]) => usual.has(name) === isUsual)
      .flatMap(([, { imports }]) => imports.filter((use) => !use.external && usual.has(use.path) !== isUsual))
      .filter(({ path }) => !MADE.test(path))
    return new Map([...new Set(names.map(({ path }) => path))].sort().map((name, number) => [name, number]))
  }
  return { rest: askedBy(true), usual: askedBy(false) }
}

/**
 * In one part: a module of the other, `theirs`, is what `ask` answers for its number. `ask` is the source of a function, in
 * which MODULES is what this part answers for the numbers of `ours`.
 */
export function otherPart({ theirs, ours, ask }) {
  const modules = [...ours].map(([name, number]) => `${number}: () => require(${JSON.stringify(resolve(name))}),`)
  return {
    name: 'other-part',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
        if (path === ASK) return { path, namespace: ASK }
        if (pluginData === ASK || from.kind === 'entry-point') return undefined
        const found = await build.resolve(path, { ...from, pluginData: ASK })
        const number = found.external || found.errors.length > 0 ? undefined : theirs.get(nameOf(found))
        return number === undefined ? found : { path: String(number), namespace: 'other-part' }
      })
      build.onLoad({ filter: /.*/, namespace: 'other-part' }, ({ path }) => ({
        contents: `module.exports = require('${ASK}').ask(${path})`,
      }))
      build.onLoad({ filter: /.*/, namespace: ASK }, () => ({
        contents: `const MODULES = {\n${modules.join('\n')}\n}\n${ask}`,
        resolveDir: process.cwd(),
      }))
    },
  }
}

/** The module through which a part asks the other. */
const ASK = 'ask-other-part'

/** A module's name as esbuild's metafile has it: with its namespace when a plugin of the build made it. */
const nameOf = ({ path, namespace }) => (namespace === 'file' ? relative(process.cwd(), path) : `${namespace}:${path}`)

/** What a plugin of the build makes of a few names, without a state: each part has its own. */
const MADE = /^(light|lazy)-\w+:/
