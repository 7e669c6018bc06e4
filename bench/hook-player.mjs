// Plays hooks in one process, for a long run on a machine that cannot start a program for each: the code that a hook runs, with a
// payload that comes as a message {event, payload} instead of on stdin. Answers `true` for each call that ended well.
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runHook } from '../packages/hook/dist/run-hook.js'

const programDir = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/dist')
const payloadFile = join(process.env.HOME, `payload-${process.pid}.json`)
process.on('exit', () => rmSync(payloadFile, { force: true }))

process.on('message', ({ event, payload }) => {
  writeFileSync(payloadFile, JSON.stringify(payload))
  const fd = openSync(payloadFile, 'r')
  try {
    const code = runHook({
      ...{ argv: ['claude_code', event], env: process.env, started: Date.now(), programDir },
      ...{ load: createRequire(import.meta.url), machine: hostname, hookPid: process.pid },
      gate: { fd, isBegun: false },
    })
    process.send(code === 0)
  } finally {
    closeSync(fd)
  }
})
