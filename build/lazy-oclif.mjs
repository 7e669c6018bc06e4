import { readFileSync } from 'node:fs'

/** `const x_1 = require("…")` as oclif's compiler writes it. */
const IMPORT_LINE = /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm

/** Naming process.stdout opens it as a stream, a fifth of Node's start-up; our commands write to the descriptor. */
const STDOUT_GUARD = "process.stdout.on('error', (err) =>"

/**
 * oclif's modules name each other at their top; a command that only parses flags would load plugin discovery, help, spinners
 * and more. In the bundle each name becomes a call that loads its module when it is first used. What runs is the same code.
 */
export const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    let rewritten = 0
    let guarded = false
    build.onEnd(() => {
      if (rewritten === 0)
        throw new Error('build/lazy-oclif.mjs: no import of @oclif/core has the form that is rewritten')
      if (!guarded) throw new Error('build/lazy-oclif.mjs: @oclif/core has no lib/command.js any more')
    })
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
      const names = []
      let source = readFileSync(path, 'utf8').replace(IMPORT_LINE, (_line, name, expression) => {
        names.push(name)
        return `const $load_${name} = () => ${expression};`
      })
      rewritten += names.length
      if (names.length > 0)
        source = source.replace(new RegExp(`(?<![\\w$])(${names.join('|')})\\b`, 'g'), '($load_$1())')
      if (path.endsWith('/lib/command.js')) {
        // The ordinary way (run-ordinary.ts) puts the same guard in place.
        if (!source.includes(STDOUT_GUARD)) throw new Error(`${path}: the guard of stdout is no longer there`)
        source = source.replace(STDOUT_GUARD, "void ('error', (err) =>")
        guarded = true
      }
      return { contents: source, loader: 'js' }
    })
  },
}
