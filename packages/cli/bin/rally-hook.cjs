#!/usr/bin/env node
'use strict'
// The starter of hooks, and what runs a bundled program from compiled code that is kept in a cache folder. Compiling costs
// more than running, here and in Node's own functions, which are compiled on their first call: so few of them are used, of two
// the one with less in it, plain loops, and no `require` (it prepares a built-in module for being imported, too). A function in
// parentheses is compiled at once, any other first to skip it and then to run it; the formatter, which takes them away, leaves
// this file alone.
// A Node that is too old for rally has no such function; a hook then ends without a word instead of with a stack.
const builtin = process.getBuiltinModule ?? require
const fs = builtin('node:fs')

const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants
const LARGEST_NOTE = 64 << 10
/** A newline, eight digits of a checksum, a newline. */
const NOTE_END = 10
const FIRST_READ = 64 << 10
const IF_THERE = { throwIfNoEntry: false }

/** `rally-hook HOST EVENT`. Exits 0 whatever happens: some hosts take another code for a refusal. */
const runHook = (function () {
  try {
    const seen = {}
    if (!isStillQuiet(seen)) runProgram(seen)
  } catch {
  } finally {
    process.exit(0)
  }
})

/**
 * Whether this very edit was quiet a moment ago and nothing changed since, as the session's note says (local's hook-files/quiet-note
 * writes it); then it was answered. Otherwise what was looked at on the way is left in `seen`, so that nothing is done twice.
 */
const isStillQuiet = (function (seen) {
  const { env, argv } = process
  const base = env.XDG_CACHE_HOME || (env.HOME && `${env.HOME}/.cache`)
  // A switch that is set to anything is the program's to read.
  if (env.RALLY_HOOKS || !base?.startsWith('/') || argv[2]?.includes('/')) return false
  try {
    seen.input = { fd: openInput(), bytes: new Uint8Array(FIRST_READ), count: 0 }
    seen.input.count = fs.readvSync(seen.input.fd, [seen.input.bytes])
    const payload = JSON.parse(Buffer.prototype.utf8Slice.call(seen.input.bytes, 0, seen.input.count))
    seen.input.payload = payload
    const note = findNote(`${base}/rally/quiet/${argv[2]}`, payload, seen)
    if (note === undefined || !isSame(env, note.env)) return false
    seen.note = look(note)
    if (!seen.note.stands) return false
    const now = Date.now() / 1000
    for (const edit of note.edits) {
      if (edit.event !== argv[3] || !(edit.from <= now && now < edit.until)) continue
      if (edit.payload === undefined || !isSame(env, edit.env) || !isSamePayload(payload, edit.payload)) continue
      if (edit.stdout !== '') fs.writevSync(1, [Buffer.from(edit.stdout)])
      writeJournal(note.journal, argv)
      return true
    }
    return false
  } catch {
    return false
  }
})

/**
 * Stdin so that reading it never waits, as the program's own `readPayload` does it: a pipe is opened anew, a socket, which
 * hosts in Node hand over, is switched over.
 */
const openInput = (function () {
  const facts = fs.fstatSync(0)
  if (facts.isFIFO()) return fs.openSync('/proc/self/fd/0', O_RDONLY | O_NONBLOCK)
  if (facts.isSocket()) {
    const { Pipe, constants } = process.binding('pipe_wrap')
    new Pipe(constants.SOCKET).open(0)
  }
  return 0
})

/**
 * The note of the session that a payload speaks of: hosts name it among the first of their values, under whatever key. That
 * nobody else wrote it matters, because it decides whether a warning is given; so does that its bytes are the ones written.
 */
const findNote = (function (prefix, payload, seen) {
  let tries = 3
  for (const key in payload) {
    const id = payload[key]
    if (typeof id !== 'string' || id.includes('/')) continue
    const file = `${prefix}.${id}.json`
    const facts = fs.statSync(file, IF_THERE)
    if (facts?.isFile()) {
      const isOurs = facts.uid === process.getuid() && (facts.mode & 0o022) === 0 && facts.size <= LARGEST_NOTE
      if (!isOurs) return undefined
      const bytes = fs.readFileSync(file)
      const end = bytes.length - NOTE_END
      if (end > 0 && bytes.latin1Slice(end) === `\n${sumOf(bytes, end)}\n`)
        return JSON.parse(bytes.utf8Slice(0, end))
      seen.damaged = 'note'
      return undefined
    }
    if (--tries === 0) return undefined
  }
})

/** FNV-1a over words and the bytes behind the last one: eight hexadecimal digits. Local's hot/quiet-note counts in the same way. */
const sumOf = (function (bytes, end) {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, end >> 2)
  let sum = 0x811c9dc5
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i], 0x01000193)
  for (let i = words.length << 2; i < end; i++) sum = Math.imul(sum ^ bytes[i], 0x01000193)
  return (0x100000000 + (sum >>> 0)).toString(16).slice(1)
})

/** The facts of a note's files as they are now, looked at before anything else is read. */
const look = (function ({ paths, facts: before, edits }) {
  const at = Date.now()
  let changed = 0
  let stands = before !== undefined
  const facts = []
  for (let i = 0; i < paths.length; i++) {
    const found = fs.statSync(paths[i], IF_THERE)
    const fact = found === undefined ? null : [found.ino, found.size, found.ctimeMs]
    const old = before?.[i] ?? null
    if (fact === null || old === null) stands &&= fact === old
    else stands &&= fact[0] === old[0] && fact[1] === old[1] && fact[2] === old[2]
    if (fact !== null && fact[2] > changed) changed = fact[2]
    facts.push(fact)
  }
  return { paths, facts, at, changed, stands, edits }
})

const valueAt = (function (value, path) {
  for (let i = 0; i < path.length; i++) value = value?.[path[i]]
  return value
})

/** Whether a payload has what was noted: nothing, a plain value, or an object or list whose parts were noted by themselves. */
const isSamePayload = (function (payload, noted) {
  for (let i = 0; i < noted.length; i++) {
    const value = valueAt(payload, noted[i][0])
    const old = noted[i][1]
    if (value === old) continue
    if (typeof old !== 'object' || typeof value !== 'object' || old === null || value === null) return false
    if (Array.isArray(value) !== Array.isArray(old)) return false
  }
  return true
})

/** Names and values of variables in turn, null where one is not set. */
const isSame = (function (env, noted) {
  for (let i = 0; i < noted.length; i += 2) if ((env[noted[i]] ?? null) !== noted[i + 1]) return false
  return true
})

/** One line, best effort. A journal that is not there, or has grown too long, is the program's to begin. */
const writeJournal = (function (path, [, , host, event]) {
  try {
    const t = Date.now() / 1000
    const ms = Math.round(process.uptime() * 10_000) / 10
    const fd = fs.openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK)
    fs.writevSync(fd, [Buffer.from(`${JSON.stringify({ t, host, event, ms, code: 'quiet' })}\n`)])
  } catch {}
})

function runProgram(seen) {
  const [, , host = '', event = ''] = process.argv
  const dist = `${folderOf(__dirname)}/dist`
  const program = `${dist}/rally-hook.cjs`
  // The adapter that comes with rally is compiled along with the program, which asks for it unless a plugin replaces it.
  const adapter = host.includes('/') ? program : `${dist}/hosts/${host.replaceAll('-', '_')}.cjs`
  const parameters = 'exports, require, module, __filename, __dirname'
  // Each event has compiled code of its own, so that it loads only what it runs.
  const kind = `hook_${host}_${event}`.slice(0, 64).replaceAll('/', '').replaceAll('-', '')
  if (seen.damaged) journalDamage(seen.damaged)
  leaveTrace(kind)
  const worth = () => (seen.spoke ? 2 : seen.isRare ? 0 : 1)
  const [run, adapt] = compileEither([program, adapter], { kind, parameters, worth })
  const load = (file) => (adapt && file === adapter ? execute(adapt, file, require) : require(file))
  execute(run, program, load, seen)
}

/** A damaged adapter must not take the program with it. */
function compileEither(files, options) {
  try {
    return compile(files, options)
  } catch {
    return compile(files.slice(0, 1), options)
  }
}

function execute(run, file, require_, seen) {
  const module_ = { exports: {}, seen }
  run.call(module_.exports, module_.exports, require_, module_, file, folderOf(file))
  return module_.exports
}

function folderOf(path) {
  return path.slice(0, path.lastIndexOf('/'))
}

/**
 * CommonJS files as functions of `parameters`, compiled together; undefined for a file that is not there. The cache is
 * disposable: without it we are only slower. It is written when the process ends, so that functions compiled on first use
 * are in it; `kind` keeps apart uses that need different functions. The first run of a higher `worth` writes it again; one
 * of none leaves it to the next.
 */
function compile(files, { kind, parameters, worth = () => 1 }) {
  const vm = builtin('node:vm')
  const sources = files.map(readSource)
  const cache = cacheFile(kind, sources)
  const bytes = cache && readWhole(cache)
  // Behind the code: the worth of the run that wrote it, the checksum.
  const cachedData = bytes?.subarray(0, -CODE_END)
  const functions = sources.map((source) => source && `function (${parameters}) {${source.text}\n}`)
  const script = new vm.Script(`[${functions.join(',')}]`, { filename: files[0], cachedData })
  const had = cachedData === undefined || script.cachedDataRejected ? 0 : bytes.at(-CODE_END)
  if (cache && had < 2) {
    process.on('exit', () => {
      if (worth() > had) store(cache, script, worth())
    })
  }
  return script.runInThisContext()
}

/** A program's text and the facts of its file; undefined when there is none. Read in one call of Node's own code. */
function readSource(file) {
  const facts = fs.statSync(file, IF_THERE)
  return facts?.isFile() ? { text: fs.readFileSync(file, 'utf8'), facts } : undefined
}

/** Behind compiled code: a byte of worth, four of a checksum. */
const CODE_END = 5

/** The bytes of a file that only our own user can have written: compiled code is code. Undefined when there is none. */
function readTrusted(file) {
  let fd
  try {
    fd = fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
    const facts = fs.fstatSync(fd)
    if (!facts.isFile() || facts.uid !== process.getuid() || (facts.mode & 0o022) !== 0) return undefined
    const bytes = new Uint8Array(facts.size)
    return fs.readvSync(fd, [bytes]) === facts.size ? bytes : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/**
 * Compiled code whose bytes are the ones that were written, for this very name: V8 believes it without a look, and damaged
 * code ends the process. Damaged code is noted in the journal and taken away; this run, or the next usual one, writes it anew.
 */
function readWhole(file) {
  const bytes = readTrusted(file)
  if (bytes === undefined) return undefined
  const end = bytes.length - 4
  if (end > 0 && Buffer.prototype.readUInt32BE.call(bytes, end) === checksum(bytes.subarray(0, end), file)) return bytes
  journalDamage('code')
  fs.rmSync(file, { force: true })
  return undefined
}

/** CRC-32 of a file's name and of its content. Node's own function, without the module around it, which costs far more. */
function checksum(bytes, file) {
  const { crc32 } = process.binding('zlib')
  return crc32(bytes, crc32(Buffer.from(file.slice(file.lastIndexOf('/') + 1)), 0))
}

/** One line in the hooks' journal, which the doctor reads; best effort. */
function journalDamage(what) {
  try {
    const base = process.env.XDG_STATE_HOME || (process.env.HOME && `${process.env.HOME}/.local/state`)
    if (!base?.startsWith('/')) return
    for (const folder of [folderOf(base), base, `${base}/rally`]) makeFolder(folder)
    const line = `${JSON.stringify({ t: Date.now() / 1000, host: '', event: '', ms: 0, code: `damaged:${what}` })}\n`
    const fd = fs.openSync(`${base}/rally/hooks.jsonl`, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o600)
    fs.writevSync(fd, [Buffer.from(line)])
  } catch {}
}

/**
 * A file that says that this call runs, taken away when it ends: one that stays behind is of a call that was killed or
 * crashed, and the doctor tells. Nobody else learns of a hook that ends without a word.
 */
function leaveTrace(kind) {
  try {
    const base = cacheBase()
    if (base === undefined) return
    const file = `${base}/rally/running/${kind.slice(5)}.${process.pid}.${Date.now()}`
    const open = () => fs.closeSync(fs.openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600))
    try {
      open()
    } catch {
      if (!makeOwnFolder(base, 'running')) return
      open()
    }
    process.on('exit', () => fs.rmSync(file, { force: true }))
  } catch {}
}

/** Where compiled code is kept; undefined when there is no usable place. */
function cacheFile(kind, sources) {
  const base = cacheBase()
  if (base === undefined) return undefined
  // V8 itself compares only the length of the source, so the files' identities are part of the name.
  const ids = sources.map((source) => (source ? idOf(source.facts) : '0'))
  return `${base}/rally/compiled/${kind}-${process.version}-${process.arch}-${ids.join('-')}.bin`
}

function cacheBase() {
  const base = process.env.XDG_CACHE_HOME || (process.env.HOME && `${process.env.HOME}/.cache`)
  return base?.startsWith('/') ? base : undefined
}

function idOf({ size, mtimeMs, ino }) {
  return `${size.toString(36)}.${Math.trunc(mtimeMs).toString(36)}.${ino.toString(36)}`
}

function store(cache, script, last) {
  try {
    const folder = folderOf(cache)
    if (!makeOwnFolder(cacheBase(), 'compiled')) return
    const code = Buffer.concat([script.createCachedData(), Buffer.of(last), Buffer.alloc(4)])
    const end = code.length - 4
    code.writeUInt32BE(checksum(code.subarray(0, end), cache), end)
    // A name that nobody can have put a link under.
    const salt = Math.random().toString(36).slice(2)
    const temporary = `${cache}.${process.pid}.${process.hrtime.bigint().toString(36)}${salt}`
    const fd = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      try {
        fs.writeFileSync(fd, code)
      } finally {
        fs.closeSync(fd)
      }
      fs.renameSync(temporary, cache)
    } catch {
      fs.rmSync(temporary, { force: true })
    }
    prune(folder, cache.slice(folder.length + 1))
  } catch {}
}

/**
 * A folder of rally's cache and whether it, and the one above it, are ours alone to write: in another user's folder, or through
 * a link of theirs, nothing is written. Not more than these are made: a home that is not there is not, and making folders below
 * /proc would never end.
 */
function makeOwnFolder(base, name) {
  makeFolder(base)
  for (const folder of [`${base}/rally`, `${base}/rally/${name}`]) {
    makeFolder(folder)
    const facts = fs.lstatSync(folder)
    if (!facts.isDirectory() || facts.uid !== process.getuid() || (facts.mode & 0o002) !== 0) return false
  }
  return true
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
    .map((name) => ({ name, time: fs.statSync(`${folder}/${name}`).mtimeMs }))
    .sort((a, b) => b.time - a.time)
  for (const { name } of files.slice(2)) fs.rmSync(`${folder}/${name}`, { force: true })
}

module.exports = { compile, runHook }
if (require.main === module) runHook()
