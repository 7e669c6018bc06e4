// What an agent is told in a session of 30 tool calls, in characters, for each host with its recorded payloads: no time is
// measured. Another agent is there from the beginning; the scenes say what it does meanwhile.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHostApi } from '../packages/core/dist/moments/index.js'
import { aimPayload } from '../packages/installer/dist/canary-payload.js'
import { renderTable } from './paired.mjs'

const packages = join(dirname(fileURLToPath(import.meta.url)), '../packages')
const CALLS = 30
const PLAIN = 'the price rules moved to src/rules, please pull before you touch prices.js again'
const LONG = `${'a paragraph that says what was decided and why. '.repeat(12)}`.trim()

/** At which event each host hears before or right after an edit. */
const HOSTS = [
  ['host-claude-code', 'SessionStart', 'PreToolUse', 'PreToolUse.Edit'],
  ['host-codex', 'SessionStart', 'PreToolUse', 'PreToolUse.apply_patch'],
  ['host-cursor', 'sessionStart', 'preToolUse', 'preToolUse.Write'],
  ['host-gemini', 'SessionStart', 'AfterTool', 'AfterTool.write_file'],
  ['host-buildloop', 'session-start', 'before-edit', 'before-edit'],
]

/** What the other one does before a tool call, by its number. */
const SCENES = {
  'nothing happens': {},
  'one message': { 10: [['tell', PLAIN]] },
  'five messages, one of 600 characters': {
    ...{ 5: [['tell', PLAIN]], 10: [['tell', LONG]], 15: [['tell', PLAIN]] },
    ...{ 20: [['tell', PLAIN]], 25: [['tell', PLAIN]] },
  },
  'an ask, a block and its answer': {
    ...{ 5: [['ask', 'may I change price()?']], 10: [['escalate', 'two designs, which one?']] },
    15: [['answer', 'the plain one']],
  },
}

function play(folder, start, event, fixture, scene) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rally-told-')))
  try {
    const [home, repo, bin] = ['home', 'shop', 'bin'].map((name) => join(root, name))
    for (const path of [home, repo, bin]) mkdirSync(path)
    symlinkSync(join(packages, 'cli/bin/rally-hook.cjs'), join(bin, 'rally-hook'))
    const env = { HOME: home, PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`, TZ: 'UTC' }
    spawnSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
    const { default: factory } = adapters.get(folder)
    const adapter = factory(createHostApi())
    const fire = (name, file) => {
      const stored = JSON.parse(readFileSync(join(packages, folder, 'fixtures', `${file}.json`), 'utf8'))
      const moment = adapter.parse(name, stored, {})
      const aimed = aimPayload(stored, moment, { cwd: repo, sessionId: 'busy-session' })
      const input = JSON.stringify('pid' in aimed ? { ...aimed, pid: process.pid } : aimed)
      const { stdout } = spawnSync('/bin/sh', ['-c', `rally-hook ${adapter.id} ${name}; exit $?`], {
        cwd: repo,
        env,
        input,
        encoding: 'utf8',
      })
      return textOf(stdout)
    }
    const other = (...args) => {
      const who = { RALLY_SESSION_ID: 'other-session', RALLY_TOOL: 'other' }
      const { stdout, status, stderr } = spawnSync(process.execPath, [join(packages, 'cli/bin/rally.cjs'), ...args], {
        cwd: repo,
        env: { ...env, ...who },
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`${args}: ${stderr}`)
      return stdout
    }
    let question = ''
    const acts = {
      tell: (text) => other('tell', adapter.id, text),
      ask: (text) => other('ask', adapter.id, text),
      escalate: (text) => {
        question = /revision (\d+)/.exec(other('escalate', '--reason', text))?.[1] ?? ''
      },
      answer: (text) => other('escalate', '--reason', text, '--acknowledges', question),
    }
    other('presence', '--task', 'price rules')
    const greeting = fire(start, start).length
    let [told, times] = [0, 0]
    for (let call = 1; call <= CALLS; call++) {
      for (const [act, text] of scene[call] ?? []) acts[act](text)
      const { length } = fire(event, fixture)
      told += length
      if (length > 0) times += 1
    }
    return { greeting, told, times }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The text that reaches the model: the longest one in the answer. */
function textOf(stdout) {
  if (stdout.trim() === '') return ''
  const texts = []
  JSON.parse(stdout, (_key, value) => {
    if (typeof value === 'string') texts.push(value)
    return value
  })
  return texts.filter((text) => text.includes('rally')).sort((a, b) => b.length - a.length)[0] ?? ''
}

const here = new Set(readdirSync(packages))
const adapters = new Map()
for (const [folder] of HOSTS)
  if (here.has(folder)) adapters.set(folder, await import(join(packages, folder, 'dist/adapter.js')))
const head = ['meanwhile', 'host', 'greeting', 'in 30 calls', 'calls that say something', 'tokens, about']
// A row takes as long as its 31 hooks: each is written when it is known.
process.stdout.write(`${renderTable(head, [])}\n`)
for (const [name, scene] of Object.entries(SCENES)) {
  for (const [folder, start, event, fixture] of HOSTS) {
    if (!adapters.has(folder)) continue
    const { greeting, told, times } = play(folder, start, event, fixture, scene)
    const row = [name, folder.slice('host-'.length), greeting, told, times, Math.ceil((greeting + told) / 4)]
    process.stdout.write(`| ${row.join(' | ')} |\n`)
  }
}
