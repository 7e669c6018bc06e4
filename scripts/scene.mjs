// The main job, played for real: several agents meet in a scratch repository. Every line comes from the real commands.
import { execFileSync, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeReady, root } from './ready.mjs'

makeReady()

const scratch = mkdtempSync(join(tmpdir(), 'rally-scene-'))
const repo = join(scratch, 'shop')
const agents = []
let failures = 0

function cleanUp() {
  for (const agent of agents) agent.process.kill()
  rmSync(scratch, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    cleanUp()
    process.exit(130)
  })
}

function makeRepository() {
  mkdirSync(join(repo, 'src'), { recursive: true })
  writeFileSync(join(repo, 'src', 'cart.js'), 'export const total = (items) => items.length\n')
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=scene', '-c', 'user.email=scene@example.invalid', ...args], {
      cwd: repo,
      stdio: 'ignore',
    })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'a shop')
}

/** An agent: its own process, its own identity in the environment, the same HOME and apps root as the others. */
function enter(name, identity) {
  const env = {
    PATH: process.env.PATH,
    HOME: join(scratch, 'home'),
    TZ: 'UTC',
    AGENT_RALLY_APPS_ROOT: join(scratch, 'apps'),
    SCENE_RALLY: join(root, 'packages/cli/bin/rally.cjs'),
    ...identity,
  }
  const agent = { name, process: fork(join(root, 'scripts/scene/agent.mjs'), { cwd: repo, env, silent: true }) }
  agents.push(agent)
  return agent
}

const quote = (word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word}'`)
const indent = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')

/** Lets an agent type a command, prints what it would see, and checks the exit code that the story needs. */
async function types(agent, words, { exit = 0, hide = false } = {}) {
  const answer = await new Promise((resolve) => {
    agent.process.once('message', resolve)
    agent.process.send({ args: words })
  })
  if (!hide) {
    process.stdout.write(`\n  ${agent.name} $ rally ${words.map(quote).join(' ')}\n`)
    const seen = [answer.stdout, answer.stderr].filter((text) => text.trim() !== '').map(indent)
    if (seen.length > 0) process.stdout.write(`${seen.join('\n')}\n`)
  }
  if (answer.exit !== exit) {
    failures += 1
    process.stdout.write(`    !! exit ${answer.exit}, expected ${exit}\n`)
  }
  return answer
}

const tell = (text) => process.stdout.write(`\n\n== ${text}\n`)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function play() {
  makeRepository()
  tell('Five agents come into one repository')
  const lead = enter('claude', { RALLY_SESSION_ID: 'claude-7f3a', RALLY_TOOL: 'claude_code', RALLY_MODEL: 'opus' })
  const coder = enter('coder', {
    RALLY_SESSION_ID: 'agent:coder-1a2b',
    RALLY_TOOL: 'agent:coder',
    RALLY_PARENT_SESSION: 'claude-7f3a',
  })
  const tester = enter('tester', {
    RALLY_SESSION_ID: 'agent:tester-3c4d',
    RALLY_TOOL: 'agent:tester',
    RALLY_PARENT_SESSION: 'claude-7f3a',
  })
  const codex = enter('codex', { RALLY_SESSION_ID: 'codex-22', RALLY_TOOL: 'codex', RALLY_MODEL: 'gpt-5' })
  const cursor = enter('cursor', { RALLY_SESSION_ID: 'cursor-9', RALLY_TOOL: 'cursor' })
  await types(lead, ['presence', '--task', 'plan the checkout', '--spawned', 'coder:1,tester:1'])
  await types(coder, ['presence', '--task', 'write the cart', '--files-in-flight', 'src/cart.js'])
  await types(tester, ['presence', '--task', 'test the cart'])
  await types(codex, ['presence', '--task', 'review prices'])
  await types(cursor, ['presence', '--task', 'polish the page'])

  tell('Who is here?')
  await types(codex, ['roster'])

  tell('A task checks in, then falls silent')
  await types(coder, ['heartbeat', '--task-ref', 'CART-1', '--progress', 'sums work', '--interval-seconds', '1'])
  await types(coder, ['status', '--task-ref', 'CART-1', '--task-heartbeat-grace-seconds', '0'])
  await sleep(2200)
  await types(coder, ['status', '--task-ref', 'CART-1', '--task-heartbeat-grace-seconds', '0'])

  tell('A handoff without its contract is refused; with it, it arrives')
  await types(lead, ['handoff', '--to', 'codex', '--message', 'take the price rules', '--owns', 'src/prices.js'], {
    exit: 5,
  })
  const handedOver = await types(lead, [
    ...['handoff', '--to', 'codex', '--message', 'take the price rules', '--owns', 'src/prices.js'],
    ...['--does-not-own', 'src/cart.js', '--interface-contract', 'price(item) returns cents'],
    ...['--integration-checkpoint', 'npm test passes', '--allowed-tools', 'edit,shell', '--denied-tools', ''],
  ])

  tell('The doorbell rings')
  await types(codex, ['status'])
  await types(codex, ['inbox', 'read'])
  await types(codex, ['ack-inbox'])
  await types(codex, ['inbox', 'unread'])
  const handoff = /revision (\d+)/.exec(handedOver.stdout)?.[1] ?? '0'
  await types(codex, ['handoff', 'accept', handoff, 'on it'])
  await types(codex, ['claims'])
  await types(lead, ['handoffs'])

  tell('A question, its answer, and how far each got')
  const asked = await types(codex, ['ask', 'claude_code', 'does price() round up?'])
  const question = /#(\d+)/.exec(asked.stdout)?.[1] ?? '0'
  await types(codex, ['sent', question])
  await types(lead, ['inbox', 'read'])
  await types(lead, ['reply', question, 'yes, to whole cents'])
  await types(codex, ['sent', question])
  await types(codex, ['inbox', 'thread', question])
  await types(codex, ['handoff', 'done', handoff, 'npm test passes'])
  await types(lead, ['sent', handoff])

  tell('Somebody needs a decision: the room is blocked until it is answered')
  const raised = await types(cursor, ['escalate', '--reason', 'two designs for the page, which one?'])
  await types(lead, ['status', '--check'], { exit: 5 })
  const revision = /revision (\d+)/.exec(raised.stdout)?.[1] ?? '0'
  await types(lead, ['escalate', '--reason', 'the plain one', '--acknowledges', revision])
  await types(lead, ['status', '--check'])

  tell('Everybody, as one tree')
  await types(lead, ['roster'])
  await types(cursor, ['stop', '--reason', 'page done'])
}

try {
  await play()
} finally {
  cleanUp()
}
process.stdout.write(
  failures === 0 ? '\n\nThe scene is over; its scratch folder is gone.\n' : `\n\n${failures} step(s) went wrong.\n`,
)
process.exit(failures === 0 ? 0 : 1)
