// Loaded with --require before a real executable: it kills its own process (SIGKILL, nothing is caught or cleaned) at the n-th
// call to the file system after the first that names the room, or in the middle of a write. RALLY_TEST_DIES_AT=n, RALLY_TEST_ROOM=folder.
// The clock hardly ever hits the few milliseconds in which a command writes; this does, each time.
const fs = require('node:fs')

const room = process.env.RALLY_TEST_ROOM
// A gentler signal, once, after which the program goes on.
const gentle = process.env.RALLY_TEST_SIGNAL
const number = Number(process.env.RALLY_TEST_DIES_AT)
// By turns before that call, in the middle of one of the first writes, and after that call.
const when = ['before', 'amid', 'after'][gentle === undefined ? number % 3 : 0]
let left = when === 'amid' ? 1 + (number % 4) : number
let isInside = false
const die = () => process.kill(process.pid, 'SIGKILL')

for (const name of Object.keys(fs).filter((key) => key.endsWith('Sync'))) {
  const real = fs[name]
  fs[name] = (...args) => {
    if (gentle !== undefined && left <= 0) return real.apply(fs, args)
    isInside ||= String(args[0]).startsWith(room)
    const counts = isInside && (when !== 'amid' || (name === 'writeSync' && args[1].length > 1))
    if (!counts || --left > 0) return real.apply(fs, args)
    if (gentle !== undefined) {
      process.kill(process.pid, gentle)
      return real.apply(fs, args)
    }
    if (when === 'before') die()
    if (when === 'amid') {
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
