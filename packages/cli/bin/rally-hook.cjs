#!/usr/bin/env node
'use strict'
// The starter of hooks, and what runs a bundled program from compiled code that is kept in a cache folder: compiling costs
// more than running. One file, and few functions of Node's own: each of those is compiled on its first call.
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants

/**
 * CommonJS files as functions of `parameters`, compiled together; undefined for a file that is not there. The cache is
 * disposable: without it we are only slower. It is written when the process ends, so that functions compiled on first use
 * are in it; `kind` keeps apart uses that need different functions.
 */
function compile(files, { kind, parameters }) {
  const sources = files.map(readSource)
  const cache = cacheFile(kind, sources)
  const cachedData = cache && readTrusted(cache)
  const functions = sources.map((source) => source && `function (${parameters}) {${source.text}\n}`)
  const script = new vm.Script(`[${functions.join(',')}]`, { filename: files[0], cachedData })
  if (cache && (!cachedData || script.cachedDataRejected)) process.on('exit', () => store(cache, script))
  return script.runInThisContext()
}

/** A program's text and the facts of its file; undefined when there is none. Read in one call of Node's own code. */
function readSource(file) {
  const facts = fs.statSync(file, { throwIfNoEntry: false })
  return facts?.isFile() ? { text: fs.readFileSync(file, 'utf8'), facts } : undefined
}

/** The bytes of a file that only our own user can have written: compiled code is code. Undefined when there is none. */
function readTrusted(file) {
  let fd
  try {
    fd = fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
    const facts = fs.fstatSync(fd)
    if (!facts.isFile() || facts.uid !== process.getuid() || (facts.mode & 0o022) !== 0) return undefined
    const bytes = Buffer.allocUnsafeSlow(facts.size)
    return fs.readSync(fd, bytes, 0, facts.size, 0) === facts.size ? bytes : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** Where compiled code is kept; undefined when there is no usable place. */
function cacheFile(kind, sources) {
  const base = process.env.XDG_CACHE_HOME || (process.env.HOME && `${process.env.HOME}/.cache`)
  if (!base?.startsWith('/')) return undefined
  // V8 itself compares only the length of the source, so the files' identities are part of the name.
  const ids = sources.map((source) => (source ? idOf(source.facts) : '0'))
  return `${base}/rally/compiled/${kind}-${process.version}-${process.arch}-${ids.join('-')}.bin`
}

function idOf({ size, mtimeMs, ino }) {
  return `${size.toString(36)}.${Math.trunc(mtimeMs).toString(36)}.${ino.toString(36)}`
}

function store(cache, script) {
  try {
    const folder = path.dirname(cache)
    // Not more than these: a home that is not there is not made, and making folders below /proc would never end.
    for (const part of [path.join(folder, '../..'), path.join(folder, '..'), folder]) makeFolder(part)
    const temporary = `${cache}.${process.pid}`
    fs.writeFileSync(temporary, script.createCachedData(), { mode: 0o600 })
    fs.renameSync(temporary, cache)
    prune(folder, path.basename(cache))
  } catch {}
}

function makeFolder(folder) {
  try {
    fs.mkdirSync(folder, 0o700)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

/** Keeps the newest files of a kind: versions of rally and of Node come and go. */
function prune(folder, keep) {
  const kind = keep.slice(0, keep.indexOf('-') + 1)
  const files = fs
    .readdirSync(folder)
    .filter((name) => name !== keep && name.startsWith(kind))
    .map((name) => ({ name, time: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
  for (const { name } of files.slice(2)) fs.rmSync(path.join(folder, name), { force: true })
}

/** `rally-hook HOST EVENT`. Exits 0 whatever happens: some hosts take another code for a refusal. */
function runHook() {
  try {
    const [, , host = '', event = ''] = process.argv
    const dist = path.join(__dirname, '..', 'dist')
    const program = `${dist}/rally-hook.cjs`
    // The adapter that comes with rally is compiled along with the program, which asks for it unless a plugin replaces it.
    const adapter = host.includes('/') ? program : `${dist}/hosts/${host.replaceAll('-', '_')}.cjs`
    const parameters = 'exports, require, module, __filename, __dirname'
    // Each event has compiled code of its own, so that the quiet ones load only what they run.
    const kind = `hook_${host}_${event}`.slice(0, 64).replaceAll('/', '').replaceAll('-', '')
    const [run, adapt] = compileEither([program, adapter], { kind, parameters })
    const load = (file) => (adapt && file === adapter ? execute(adapt, file, require) : require(file))
    execute(run, program, load)
  } catch {
  } finally {
    process.exit(0)
  }
}

/** A damaged adapter must not take the program with it. */
function compileEither(files, options) {
  try {
    return compile(files, options)
  } catch {
    return compile(files.slice(0, 1), options)
  }
}

function execute(run, file, require_) {
  const module_ = { exports: {} }
  run.call(module_.exports, module_.exports, require_, module_, file, path.dirname(file))
  return module_.exports
}

module.exports = { compile, runHook }
if (require.main === module) runHook()
