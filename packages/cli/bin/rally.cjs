#!/usr/bin/env node
'use strict'
// The starter. Hooks branch off before anything else is loaded; all other commands come from one bundled file.
const path = require('node:path')

const dist = path.join(__dirname, '..', 'dist')
const word = process.argv[2] ?? ''

if (word === 'hook') {
  process.argv.splice(2, 1)
  require('./rally-hook.cjs').runHook()
} else if (word === '__complete') {
  require(path.join(dist, 'complete.cjs'))
} else {
  start(path.join(dist, 'rally.cjs'), isDaily(word) ? `rally_${word.replaceAll('-', '')}` : 'rally')
}

/** What agents run all day has compiled code of its own, which holds just what it runs. The build writes the list. */
function isDaily(word) {
  try {
    return require('node:fs').readFileSync(path.join(dist, 'daily'), 'utf8').split(' ').includes(word)
  } catch {
    return false
  }
}

function start(program, kind) {
  const Module = require('node:module')
  const { compile } = require('./rally-hook.cjs')
  // As Node wraps a CommonJS file, plus `__import`: code from a cache cannot call import() itself, and plugins may be ES modules.
  const [run] = compile([program], {
    kind,
    parameters: 'exports, require, module, __filename, __dirname, __import',
  })
  const module_ = new Module(program, module)
  module_.filename = program
  module_.paths = Module._nodeModulePaths(path.dirname(program))
  // oclif's ordinary way asks for the program by its path, too: for commands and for what plugins' commands need.
  Module._cache[program] = module_
  run.call(
    module_.exports,
    module_.exports,
    Module.createRequire(program),
    module_,
    program,
    dist,
    // Relative names are beside the bundle, not beside this starter.
    (name) => import(name.startsWith('.') ? require('node:url').pathToFileURL(path.join(dist, name)).href : name),
  )
  module_.loaded = true
  module_.exports.start()
}
