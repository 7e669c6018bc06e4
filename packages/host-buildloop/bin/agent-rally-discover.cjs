#!/usr/bin/env node
'use strict'
// Tells another program where the room of a repository is: one JSON object on stdout, exit 0; nothing but an exit code when
// that cannot be told. Programs of the existing Python system ask it as `agent-rally-discover --json`.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

/** Milliseconds that the asking program waits, less a margin for our own start; never below one second. */
function timeLimit() {
  const budget = Number(process.env.RALLY_HOOK_BUDGET_MS)
  return Math.max(1000, (budget > 0 ? budget : 3000) - 1500)
}

/** Programs called rally: beside this one, in the installation that brought this package, then on PATH. */
function* candidates() {
  const folders = [path.dirname(process.argv[1] || __filename), path.join(__dirname, '../../../.bin')]
  const own = path.join(__dirname, '../../cli/bin/rally.cjs')
  if (fs.existsSync(own)) yield own
  for (const folder of [...folders, ...(process.env.PATH || '').split(path.delimiter)]) {
    if (path.isAbsolute(folder) && fs.existsSync(path.join(folder, 'rally'))) yield path.join(folder, 'rally')
  }
}

function ask(program, workdir) {
  const args = ['where', '--workdir', workdir, '--json']
  // Without the variable that may name this very program.
  const env = { ...process.env, AGENT_RALLY_DISCOVER: '' }
  const script = /\.[cm]?js$/.test(program)
  const result = spawnSync(script ? process.execPath : program, script ? [program, ...args] : args, {
    env,
    encoding: 'utf8',
    timeout: timeLimit(),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (result.error || result.signal) return { code: 4 }
  try {
    const answer = JSON.parse(result.stdout)
    // Another program may be called rally, too.
    if (answer.schema !== 'rally.where/1') return undefined
    return answer.ok === true ? { code: 0, answer } : { code: result.status || 1 }
  } catch {
    return undefined
  }
}

function main(argv) {
  const at = argv.indexOf('--workdir')
  const workdir = (at >= 0 && argv[at + 1]) || process.cwd()
  const seen = new Set()
  for (const program of candidates()) {
    const real = fs.realpathSync(program)
    if (seen.has(real)) continue
    seen.add(real)
    const found = ask(real, workdir)
    if (!found) continue
    if (found.answer) process.stdout.write(`${JSON.stringify(toEnvelope(found.answer))}\n`)
    return found.code
  }
  return 3
}

/** The keys that the asking side knows (it insists on `channel_dir` and `app_slug`). */
function toEnvelope(answer) {
  return {
    installed: true,
    app_slug: answer.app_slug,
    channel_dir: answer.channel_dir,
    channel_layout: answer.channel_layout,
    policy: answer.policy,
    protocol_version: answer.protocol_version,
    ...(answer.legacy_channel_dir ? { legacy_channel_dir: answer.legacy_channel_dir } : {}),
    ...(answer.coordination_unavailable ? { coordination_unavailable: answer.coordination_unavailable } : {}),
  }
}

process.exitCode = main(process.argv.slice(2))
