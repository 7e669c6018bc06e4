#!/usr/bin/env node
'use strict'
// The starter. Hooks branch off before anything else is loaded; all other commands come from one bundled file whose
// compiled code is kept in a cache folder, because compiling it costs more than running it.
const fs = require('node:fs')
const path = require('node:path')

const dist = path.join(__dirname, '..', 'dist')

if (process.argv[2] === 'hook') {
  process.argv.splice(2, 1)
  require(path.join(dist, 'rally-hook.cjs'))
} else if (process.argv[2] === '__complete') {
  require(path.join(dist, 'complete.cjs'))
} else {
  start(path.join(dist, 'rally.cjs'))
}

/** Where compiled code is kept; undefined when there is no usable place. It is disposable: without it we are only slower. */
function cacheFile(program) {
  const base = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'))
  if (!base || !path.isAbsolute(base)) return undefined
  // V8 itself compares only the length of the source, so the file's identity is part of the name.
  const stat = fs.statSync(program)
  const id = `${stat.size.toString(36)}-${Math.trunc(stat.mtimeMs).toString(36)}-${stat.ino.toString(36)}`
  return path.join(base, 'rally', 'compiled', `${process.version}-${process.arch}-${id}.bin`)
}

function start(program) {
  const Module = require('node:module')
  const vm = require('node:vm')
  let cache
  let cachedData
  try {
    cache = cacheFile(program)
    // Only a file of our own user is trusted: compiled code is code.
    const fd = fs.openSync(cache, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    try {
      const stat = fs.fstatSync(fd)
      if (stat.isFile() && stat.uid === process.getuid() && (stat.mode & 0o022) === 0) cachedData = fs.readFileSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  } catch {}
  const script = new vm.Script(wrap(fs.readFileSync(program, 'latin1')), {
    filename: program,
    cachedData,
  })
  const module_ = new Module(program, module)
  module_.filename = program
  module_.paths = Module._nodeModulePaths(path.dirname(program))
  const store = () => {
    if (!cache || (cachedData && !script.cachedDataRejected)) return
    try {
      fs.mkdirSync(path.dirname(cache), { recursive: true, mode: 0o700 })
      const temporary = `${cache}.${process.pid}`
      fs.writeFileSync(temporary, script.createCachedData(), { mode: 0o600 })
      fs.renameSync(temporary, cache)
      prune(path.dirname(cache), path.basename(cache))
    } catch {}
  }
  // At exit, so that functions compiled on first use are in it.
  process.on('exit', store)
  script
    .runInThisContext()
    .call(module_.exports, module_.exports, Module.createRequire(program), module_, program, dist, load)
}

/** Imports a file outside of the bundle; relative names are beside it. */
function load(name) {
  return import(name.startsWith('.') ? require('node:url').pathToFileURL(path.join(dist, name)).href : name)
}

/** As Node wraps a CommonJS file, plus `__import`: code from a cache cannot call import() itself, and plugins may be ES modules. */
function wrap(source) {
  return `(function (exports, require, module, __filename, __dirname, __import) {${source}\n})`
}

/** Keeps the newest few files: versions of rally and of Node come and go. */
function prune(folder, keep) {
  const files = fs
    .readdirSync(folder)
    .filter((name) => name !== keep)
    .map((name) => ({ name, time: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
  for (const { name } of files.slice(3)) fs.rmSync(path.join(folder, name), { force: true })
}
