#!/usr/bin/env node
'use strict'
// The starter. Hooks branch off before anything else is loaded; all other commands come from two bundled files.
const path = require('node:path')

const dist = path.join(__dirname, '..', 'dist')
const word = process.argv[2] ?? ''

if (word === 'hook') {
  process.argv.splice(2, 1)
  require('./rally-hook.cjs').runHook()
} else if (word === '__complete') {
  require(path.join(dist, 'complete.cjs'))
} else if (word === 'statusline' && require(path.join(dist, 'kept-line.cjs')).printKeptLine()) {
  // Nothing has changed since it was asked last.
} else if (['--version', '-v', 'version'].includes(word) && process.argv.length === 3) {
  const { name, version } = require('../package.json')
  require('node:fs').writeSync(1, `${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  // Without a word it is the command that says where you are.
  const command = word === '' || word.startsWith('-') ? 'here' : word
  load('rally.cjs', isDaily(command) ? `rally_${command.replaceAll('-', '')}` : 'rally').start()
}

/** What is run all day has compiled code of its own, which holds just what it runs. The build writes the list. */
function isDaily(word) {
  try {
    return require('node:fs').readFileSync(path.join(dist, 'daily'), 'utf8').split(' ').includes(word)
  } catch {
    return false
  }
}

const urlOf = (name) => (name.startsWith('.') ? require('node:url').pathToFileURL(path.join(dist, name)).href : name)

const lateModules = new Map()

/** What one rare command needs, beside the program: loaded once, as by an import, but with compiled code of its own. */
async function late(file) {
  if (!lateModules.has(file)) lateModules.set(file, loadLate(file))
  return lateModules.get(file)
}

function loadLate(file) {
  const { compile } = require('./rally-hook.cjs')
  const kind = `late_${path.basename(file, '.cjs').replaceAll('-', '')}`
  const [run] = compile([file], { kind, parameters: 'exports, require, module, __filename, __dirname' })
  const module_ = { exports: {} }
  const requireHere = require('node:module').createRequire(file)
  run.call(module_.exports, module_.exports, requireHere, module_, file, path.dirname(file))
  return module_.exports
}

/** Runs one of the two files, whose compiled code is kept as `kind`; answers what it exports. */
function load(name, kind) {
  const Module = require('node:module')
  const { compile } = require('./rally-hook.cjs')
  const file = path.join(dist, name)
  // As Node wraps a CommonJS file, plus `__import`: code from a cache cannot call import() itself, and plugins may be ES modules.
  const [run] = compile([file], {
    kind,
    parameters: 'exports, require, module, __filename, __dirname, __import, __loadRest',
  })
  const module_ = new Module(file, module)
  module_.filename = file
  module_.paths = Module._nodeModulePaths(dist)
  // oclif's ordinary way asks for the program by its path, too: for commands and for what plugins' commands need.
  Module._cache[file] = module_
  run.call(
    module_.exports,
    module_.exports,
    Module.createRequire(file),
    module_,
    file,
    dist,
    // Relative names are beside the bundle, not beside this starter.
    (name) => (name.startsWith('./late/') ? late(path.join(dist, name)) : import(urlOf(name))),
    // What a daily command does not run.
    () => load('rest.cjs', 'rest'),
  )
  module_.loaded = true
  return module_.exports
}
