// A coding program for pages that are run: it stands where `claude` or `codex` would, calls the hook lines that `rally hooks
// install` wrote, with payloads that were recorded from the real program, and runs in its shell what it is asked to run.
// Usage: stub-host.mjs HOST SESSION [PROMPT], in a working tree. Each line on standard input is a prompt, or a step as JSON.
// A prompt is obeyed word for word: commands between backticks are run, `src/…` files that it says to write or edit are edited.
// Standard output: what the model is told and what its commands print, then, after each line, an end mark.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { installedLine, recorded } from '../scene/recorded.mjs'

const [host, sessionId, prompt] = process.argv.slice(2)
const repo = process.cwd()
const END = '⏹'
/** What the host's own shell says of the session. */
const env = { ...process.env, [host === 'codex' ? 'CODEX_SESSION_ID' : 'CLAUDE_CODE_SESSION_ID']: sessionId }

function happens(moment, facts = {}) {
  const { event, payload } = recorded(host, moment, { repo, sessionId, ...facts })
  const line = installedLine(host, event, repo)
  if (line === undefined) return
  // `; exit` keeps the shell between host and hook, as hosts have it.
  const answer = spawnSync('/bin/sh', ['-c', `${line}; exit $?`], { encoding: 'utf8', input: JSON.stringify(payload) })
  const told =
    answer.stdout.trim() === '' ? '' : (JSON.parse(answer.stdout).hookSpecificOutput?.additionalContext ?? '')
  if (told !== '') process.stdout.write(`${told}\n`)
  if (answer.status !== 0) process.stdout.write(`the hook of ${event} ended with ${answer.status}: ${answer.stderr}\n`)
}

function edits(path) {
  happens('edit', { path })
  const file = join(repo, path)
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, existsSync(file) ? '// edited\n' : '// made\n')
}

function runs(command) {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', `${command} 2>&1`], { env, encoding: 'utf8' })
  process.stdout.write(stdout + stderr)
  return status
}

function isAsked(text) {
  happens('prompt', { text })
  for (const [, command, file] of text.matchAll(
    /`([^`]+)`|\b(?:[Ww]rite|[Ee]dit|[Cc]hange)s? (?:to )?(src\/[\w./-]*\w)/g,
  )) {
    if (command !== undefined) runs(command)
    else edits(file)
  }
}

const STEPS = {
  starts: () => {},
  'is asked': (text) => happens('prompt', { text }),
  edits,
  stops: () => happens('stop'),
  types: (command) => runs(command),
}

happens('start')
if (prompt !== undefined && prompt !== '') {
  isAsked(prompt)
  happens('stop')
}
process.stdout.write(`${END}0${END}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const step = line.startsWith('{') ? JSON.parse(line) : undefined
  let status = 0
  if (step) status = STEPS[step.moment](step.text) ?? 0
  else {
    isAsked(line)
    happens('stop')
  }
  process.stdout.write(`${END}${status}${END}\n`)
}
happens('end')
