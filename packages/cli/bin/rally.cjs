#!/usr/bin/env node
'use strict'
// The starter. Hooks branch off before anything else is loaded; all other commands come from one bundled file.
const path = require('node:path')

const dist = path.join(__dirname, '..', 'dist')

if (process.argv[2] === 'hook') {
  process.argv.splice(2, 1)
  require('./rally-hook.cjs').runHook()
} else if (process.argv[2] === '__complete') {
  require(path.join(dist, 'complete.cjs'))
} else {
  start(path.join(dist, 'rally.cjs'))
}

function start(program) {
  const Module = require('node:module')
  const { compile } = require('./rally-hook.cjs')
  // As Node wraps a CommonJS file, plus `__import`: code from a cache cannot call import() itself, and plugins may be ES modules.
  const [run] = compile([program], {
    kind: 'rally',
    parameters: 'exports, require, module, __filename, __dirname, __import',
  })
  const module_ = new Module(program, module)
  module_.filename = program
  module_.paths = Module._nodeModulePaths(path.dirname(program))
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
}
