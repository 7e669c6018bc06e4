#!/bin/sh
':' /*
# The first part of this file is for the shell, the second one, behind the end of this comment, for Node.
# Most calls have nothing to say, and are answered here. Node leaves a note for a session and an event (local's gate-note.ts): tests,
# one a line, under which there is nothing to say. All of them hold: silence. In any doubt: Node. docs/explanation/hot-path.md says
# why that is safe. Nothing that is read here is ever interpreted.
host=$1 event=$2 payload='' announced='' fold='' shell='' log='' room='' LC_ALL=C

start() { exec node --v8-pool-size=0 "$0" "$host" "$event" "$@"; }
# Node takes over: it gets what was read, and on descriptor 3 what was not.
program() { exec 3<&0; printf %s "$payload" | start "gate$announced"; exit $?; }

# The plain text of a key that stands exactly once in the payload. Inside of strings quotes are escaped: they do not match.
value() {
  case $payload in *"\"$1\""*"\"$1\""*) return 1 ;; *"\"$1\""*) value=${payload#*"\"$1\""} ;; *) return 1 ;; esac
  case $value in ':"'*) value=${value#':"'} ;; ': "'*) value=${value#': "'} ;; *) return 1 ;; esac
  value=${value%%\"*}; case $value in '' | *\\*) return 1 ;; esac
}

# The file, seen from the working tree: a name without surprises, no link and no other repository on the way.
inside() {
  case $file in "$1"/*) inner=${file#"$1"/} folder=${file%/*} ;; *) return 1 ;; esac
  case "/$inner/" in *[!A-Za-z0-9_./@+=,~#%:"() "-]* | *"//"* | *"/./"* | *"/../"* | *"/.git/"*) return 1 ;; esac
  [ ! -L "$file" ] && [ ! -d "$file" ] || return 1
  while [ "$folder" != "$1" ]; do [ ! -L "$folder" ] && [ ! -e "$folder/.git" ] || return 1; folder=${folder%/*}; done
}

# A shell command that writes no file and takes nobody's work along, as far as rally reads commands: none of the words that could,
# whole and without quotes inside of them, and no escape that could hide one. Folders in front of the command may have such words.
harmless() {
  said=${payload#*'"command"'}
  case $payload in *\\[!\"]* | *'\"\"'* | *"''"* | *'\"'\'* | *\''\"'* | *[0-9A-Za-z_]\'[0-9A-Za-z_]* | *[0-9A-Za-z_]'\"'[0-9A-Za-z_]*) return 1 ;; esac
  case $said in *'>'* | *[!A-Za-z0-9_.-]tee[!A-Za-z0-9_-]* | *sponge* | *[!A-Za-z0-9_.-]rm[!A-Za-z0-9_-]* | *unlink* | *touch* | \
    *truncate* | *sed[!A-Za-z0-9_-]* | *perl* | *ruby* | *[!A-Za-z0-9_.-]dd[!A-Za-z0-9_-]* | *[!A-Za-z0-9_.-]cp[!A-Za-z0-9_-]* | \
    *install* | *[!A-Za-z0-9_.-]mv[!A-Za-z0-9_-]* | *[!A-Za-z0-9_.-]ln[!A-Za-z0-9_-]* | *rsync* | *patch*) return 1 ;; esac
  case $said in *git[!A-Za-z0-9_.-]* | *\ pr\ *checkout*) ;; *) return 0 ;; esac
  case $said in *commit* | *add* | *stash* | *checkout* | *switch* | *reset* | *clean* | *rebase* | *pull* | *merge* | *restore* | *apply* | *am[!a-z]* | *bisect* | *symbolic-ref* | *branch\ *-[mM]*) return 1 ;; esac
}

# A file of the user's own folder gets the time of now. A write that fails may neither speak nor end the script.
touched() { if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; then return 1; fi; command : >"$1"; }

# Whether nobody else names the file, or a folder that it is in: the announcements of others, records that changed since the note,
# and the names in those that did not. A hit may be false, a miss may not: a glob is a hit, and so is a path that is not written
# in the plainest way. What is no regular file is nobody's. Too many of them: the program, which leaves a newer note.
unnamed() {
  set -- "$note+names" "$room"/hook/inflight/*.jsonl "$room"/hook/claims/*.jsonl; [ $# -lt 60 ] || return 1
  for other in "$room"/sessions/*.json; do [ "$note" -nt "$other" ] || { [ $# -lt 60 ] && set -- "$@" "$other"; } || return 1; done
  for other in "$@"; do shift; case $other in "$record" | "$log") ;; *) if [ -f "$other" ] && [ ! -L "$other" ]; then set -- "$@" "$other"; fi ;; esac; done
  [ $# != 0 ] || return 0; names='files_in_flight" *: *\[.*' line='^[[:space:]]*"' above=$inner
  set -- -e "\"$inner\"" -e "$names\\*" -e "$names\"\\.\\.*[\"/]" -e "$names/\\.*[/]" -e "$names/\\.\\.*\"" \
    -e "$line[^\"]*\\*" -e "$line\\.\\.*[\"/]" -e "$line[^\":]*[/]\\.*[/]" -e "$line[^\":]*[/]\\.\\.*\"" -- "$@"
  while [ "$above" != "${above%/*}" ]; do above=${above%/*}; set -- -e "\"$above/*\"" "$@"; done
  LC_ALL=C grep -qs $fold "$@" </dev/null; [ $? = 1 ]
}

# The clock goes on, and others see the session live: when one of the times has passed that the program set (+1 to +9, the last one
# ends the note), the times in the session's record are written anew, which are its first bytes where the program wrote it, and what
# was announced without a time gets one. Not after a break (the latter would be wrong), and not for long without a file that is new.
fresh() {
  passed='' before=''; touched "$note+now" && [ "$note+now" -nt "$note" ] && [ "$note+9" -nt "$note+now" ] || return 1
  for mark in "$note"+[1-8]; do if [ -f "$mark" ] && [ "$note+now" -nt "$mark" ]; then before=${passed:-$note} passed=$mark; fi; done
  if [ -z "$passed" ] || [ "$note+kept$shell" -nt "$passed" ]; then return 0; fi
  [ "$before" = "$note" ] || [ ! -e "$note+more" ] || return 1
  [ "$note+record" -ef "$record" ] && [ ! -L "$note+record" ] && time=$(date +%s) || return 1
  case $time in *[!0-9]*) return 1 ;; ??????????) ;; *) return 1 ;; esac
  [ -n "$shell" ] || { [ "$log" -nt "$before" ] && printf '{"t":%s,"s":"%s"}\n' "$time" "$session" >>"$log"; } || return 1
  printf '{"heartbeat_ts":%s.000,"last_seen":%s.000' "$time" "$time" 1<>"$note+record" && touched "$note+kept$shell"
}

# The tests of a note, in its order. Paths are seen from the room's folder. Whatever is not understood is a doubt.
tests() {
  while IFS= read -r line; do
    rest=${line#* }; case $rest in /*) where=$rest ;; *) where=$room/$rest ;; esac
    # A shell command that is harmless is of no file.
    case $shell$line in '+file '* | '+tree '* | '+known '* | '+log '* | '+announce '* | '+claims '* | +search) continue ;; esac
    case $line in
      'rally gate 4') ;;
      # What the hook reads of its environment is as it was.
      'env '*) [ "$HOME|$XDG_CONFIG_HOME|$XDG_DATA_HOME|$XDG_STATE_HOME|$AGENT_RALLY_APPS_ROOT|$BUILD_LOOP_APPS_ROOT|$GIT_DIR|$GIT_COMMON_DIR|$GIT_WORK_TREE|$GIT_OBJECT_DIRECTORY|$GIT_CEILING_DIRECTORIES" = "$rest" ] ;;
      # The payload speaks of the same folder, and not of a subagent.
      'same '*) value "${rest%% *}" && [ "$value" = "${rest#* }" ] ;;
      'without '*) case $payload in *"\"$rest\""*) false ;; esac ;;
      # A tool that edits one file, and the key that names it.
      'file '*) value "${rest%% *}" && tool=$value && value "${rest##* }" && file=$value && case $rest in *" $tool "*) ;; *) false ;; esac ;;
      # A tool that runs a shell command, which is to be harmless.
      'shell '*) value "${rest%% *}" && case " ${rest#* } " in *" $value "*) harmless && shell=+ ;; esac ;;
      'tree '*) inside "$rest" ;; 'fold') fold=-i ;; 'room '*) room=$rest ;; 'record '*) record=$where && [ -f "$record" ] ;; 'fresh') fresh ;; 'search') unnamed ;;
      'log '*) log=$where && [ -f "$log" ] && [ ! -L "$log" ] && [ -O "$log" ] ;;
      # Everybody who looks from here on sees the file taken.
      'announce '*) printf '%s%s"]]}\n' "$rest" "$inner" >>"$log" && announced=+ ;;
      # The record of the session names the file, or is soon to.
      'known '*) case $rest in *"\"$inner\""*) ;; *) [ -e "$note+more" ] || touched "$note+more" ;; esac ;;
      # Nothing was said or switched since Node last looked.
      'older '*) [ -f "$where" ] && [ "$note" -nt "$where" ] ;;
      'gone '*) [ ! -e "$where" ] && [ ! -L "$where" ] ;;
      # No claim of somebody else covers it or a folder that it is in. The patterns are words, and are not looked up as files.
      'claims '*) set -f; for claim in $rest; do case $inner/ in $claim/*) return 1 ;; esac; done; set +f ;;
      'answer '*) [ -z "$rest" ] || printf '%s\n' "$rest"; exit 0 ;;
      *) return 1 ;;
    esac || return 1
  done; return 1
}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rally/gate note=''
for folder in "$cache/$host."*".$event"; do note=$folder; done
[ -z "$RALLY_GATE" ] && case $note in /*) [ -d "$note" ] && [ -O "$note" ] ;; *) false ;; esac || start
# Switched off, or switched in words that Node has to read.
case $RALLY_HOOKS in off | 0 | false | no)
  [ -f "$note/+answer" ] && IFS= read -r line <"$note/+answer" && { [ -z "$line" ] || printf '%s\n' "$line"; exit 0; } ;; esac
[ -z "$RALLY_HOOKS" ] || start
key=${note#"$cache/$host."} key=${key%".$event"} flag=iflag=nonblock
# One read, which waits for nothing. What is cut, long or late is Node's to read on, and so is a zero byte: some shells complain.
[ ! -e "$cache/+wait" ] || flag=
{ payload=$(LC_ALL=C dd $flag bs=65536 count=1); } 2>/dev/null
case $payload in '{'*'}') [ "${#payload}" -le 32768 ] && value "$key" ;; *) false ;; esac || program
case $value in .* | *[!A-Za-z0-9_.:@-]*) program ;; esac
session=$value note=$note/$value
[ -f "$note" ] && [ ! -L "$note" ] && [ -O "$note" ] && { tests <"$note"; } 2>/dev/null
program
*/
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

/** `rally-hook HOST EVENT`. Exits 0 whatever happens: some hosts take another code for a refusal. */
const runHook = (function () {
  try {
    runProgram({})
  } catch {
  } finally {
    process.exit(0)
  }
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
  const sources = files.map(openSource)
  const cache = cacheFile(kind, sources)
  const bytes = cache && readWhole(cache)
  // Behind the code: the worth of the run that wrote it, the checksum.
  const cachedData = bytes?.subarray(0, -CODE_END)
  const script = new vm.Script(readSources(sources, parameters), { filename: files[0], cachedData })
  const had = cachedData === undefined || script.cachedDataRejected ? 0 : bytes.at(-CODE_END)
  if (cache && had < 2) {
    process.on('exit', () => {
      if (worth() > had) store(cache, script, worth())
    })
  }
  return script.runInThisContext()
}

/** A program's file, open, and its facts; undefined when there is none. */
function openSource(file) {
  let fd
  try {
    fd = fs.openSync(file, O_RDONLY | O_NONBLOCK)
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
  const facts = fs.fstatSync(fd)
  return facts.isFile() ? { fd, facts } : undefined
}

/**
 * An array with a function of `parameters` for every source, as text. Memory that is touched for the first time is what reading
 * costs: the files go into one piece, between what stands around them, and from there into the text, which is ASCII alone.
 */
function readSources(sources, parameters) {
  const before = `function (${parameters}) {`
  const after = '\n},'
  let length = 2
  for (const source of sources) length += source ? before.length + source.facts.size + after.length : 1
  const bytes = Buffer.allocUnsafeSlow(length)
  let end = bytes.latin1Write('[')
  for (const source of sources) {
    if (source) {
      end += bytes.latin1Write(before, end)
      const { size } = source.facts
      if (fs.readvSync(source.fd, [bytes.subarray(end, end + size)]) !== size) throw new Error('it is being written')
      fs.closeSync(source.fd)
      end += size
      end += bytes.latin1Write(after, end)
    } else {
      end += bytes.latin1Write(',', end)
    }
  }
  bytes.latin1Write(']', end)
  return bytes.latin1Slice()
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
