// Loaded with --require before a real executable: it kills its own process (SIGKILL, nothing is caught or cleaned) at the n-th
// call to the file system after the first that names the room. RALLY_TEST_DIES_AT=n, RALLY_TEST_ROOM=folder.
// The clock hardly ever hits the few milliseconds in which a command writes; this does, each time.
const fs = require('node:fs')

const room = process.env.RALLY_TEST_ROOM
let left = Number(process.env.RALLY_TEST_DIES_AT)
// By turns before the call, after it, and (a write) in its middle.
const when = left % 3
let isInside = false
const die = () => process.kill(process.pid, 'SIGKILL')

for (const name of Object.keys(fs).filter((key) => key.endsWith('Sync'))) {
  const real = fs[name]
  fs[name] = (...args) => {
    isInside ||= String(args[0]).startsWith(room)
    if (!isInside || --left > 0) return real.apply(fs, args)
    if (when === 0) die()
    if (when === 1 && name === 'writeSync' && args[1].length > 1) {
      const from = typeof args[2] === 'number' ? args[2] : 0
      real.call(fs, args[0], args[1], from, Math.ceil((args[1].length - from) / 2), null)
      die()
    }
    real.apply(fs, args)
    return die()
  }
  // realpathSync.native and its like
  Object.assign(fs[name], real)
}
require('node:module').syncBuiltinESMExports()
