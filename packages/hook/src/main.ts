import { hostname } from 'node:os'
import { type GatePassed, runHook, type Seen } from './run-hook.js'

// The executable `rally-hook HOST EVENT`, bundled into one CommonJS file: host JSON on stdin, host JSON on stdout, exit
// code 0 whatever happens (some hosts take 2 for a refusal), unless an edit is refused in a host that knows no other way.

/** Set by the starter. */
declare const module: { readonly seen?: Seen }

/** Asks when it is first called, and only then. */
function once<T>(ask: () => T): () => T {
  let answer: T | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

/** The gate's word, and on which descriptor it leaves what it did not read. */
function gatePassed(word: string | undefined): GatePassed | undefined {
  return word?.startsWith('gate') ? { fd: 3, isBegun: word === 'gate+' } : undefined
}

// Nobody sees a stack here, and a file that is not there would pay for one.
Error.stackTraceLimit = 0

let exit = 0
try {
  exit = runHook({
    argv: process.argv.slice(2),
    env: process.env,
    started: Date.now() - process.uptime() * 1000,
    programDir: __dirname,
    load: (path) => require(path),
    machine: once(hostname),
    hookPid: process.pid,
    gate: gatePassed(process.argv[4]),
    ...(module.seen === undefined ? {} : { seen: module.seen }),
  })
} finally {
  // An adapter may have left a timer running: nobody waits for it.
  process.exit(exit)
}
