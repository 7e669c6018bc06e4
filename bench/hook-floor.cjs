#!/usr/bin/env node
'use strict'
// What a quiet edit must ask of the file system, and nothing else: no checks, no rules, no adapter. `hook.mjs` runs it through
// the same command line as the real hook to show what is left to gain. With FLOOR=empty it does nothing at all.
const fs = require('node:fs')

const { env } = process
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants

const look = (path) => fs.lstatSync(path, { throwIfNoEntry: false })

function read(path) {
  const fd = fs.openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  const bytes = Buffer.allocUnsafe(fs.fstatSync(fd).size)
  fs.readSync(fd, bytes, 0, bytes.length, 0)
  fs.closeSync(fd)
  return bytes.toString()
}

function quietEdit() {
  const bytes = Buffer.allocUnsafe(16384)
  const { session_id: id, cwd } = JSON.parse(bytes.toString('utf8', 0, fs.readSync(0, bytes, 0, bytes.length, null)))
  const repo = fs.realpathSync.native(cwd)
  for (const name of ['', '/HEAD', '/commondir', '/objects', '/refs']) look(`${repo}/.git${name}`)
  const room = `${env.AGENT_RALLY_APPS_ROOT}/room`
  const sessions = `${room}/sessions`
  for (const path of [`${env.HOME}/.config/rally/config.json`, `${repo}/.rally.json`, room, sessions]) look(path)
  JSON.parse(read(`${room}/repository.json`))
  JSON.parse(read(`${sessions}/${id}.json`))
  const inFlight = `${room}/hook/inflight`
  for (const name of fs.readdirSync(inFlight)) read(`${inFlight}/${name}`)
  read(`${room}/hook/announced.json`)
  JSON.parse(read(`${room}/hook/${id}.told.json`))
  for (const name of ['buildloop', 'all']) look(`${room}/inbox/${name}.jsonl`)
  const journal = fs.openSync(`${env.HOME}/.local/state/rally/hooks.jsonl`, 'a', 0o600)
  fs.writeSync(journal, `${JSON.stringify({ t: Date.now() / 1000, ms: process.uptime() * 1000 })}\n`)
  fs.closeSync(journal)
}

if (env.FLOOR !== 'empty') quietEdit()
process.exit(0)
