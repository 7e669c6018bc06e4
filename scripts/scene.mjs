// The main job, played for real: several agents meet in a scratch repository. Every line comes from the real commands.
import { execFileSync, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeReady, root } from './ready.mjs'
import { installedLine, recorded } from './scene/recorded.mjs'

makeReady()

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'rally-scene-')))
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
  mkdirSync(join(scratch, 'bin'))
  symlinkSync(join(root, 'packages/cli/bin/rally-hook.cjs'), join(scratch, 'bin', 'rally-hook'))
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

/** An agent: its own process, the same HOME and apps root as the others, and what its host says of it in the environment, if it does. */
function enter(name, identity) {
  const env = {
    PATH: `${join(scratch, 'bin')}:${process.env.PATH}`,
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

const ask = (agent, request) =>
  new Promise((resolve) => {
    agent.process.once('message', resolve)
    agent.process.send(request)
  })

/** The host of an agent calls its hook; prints what reaches the model, which is nearly always nothing. Answers that. */
async function happens(agent, moment, facts = {}) {
  const { event, payload } = recorded(agent.host, moment, { repo, sessionId: agent.sessionId, ...facts })
  const answer = await ask(agent, { hook: installedLine(agent.host, event, repo), input: JSON.stringify(payload) })
  const heard =
    answer.stdout.trim() === '' ? '' : (JSON.parse(answer.stdout).hookSpecificOutput?.additionalContext ?? '')
  const doing = { start: 'starts', prompt: `is asked: ${facts.text}`, edit: `is about to edit ${facts.path}` }[moment]
  process.stdout.write(`\n  ${agent.name} ${doing}\n${heard === '' ? '    (hears nothing)' : indent(heard)}\n`)
  if (answer.exit !== 0) fail(`the hook ended with ${answer.exit}: ${answer.stderr}`)
  return heard
}

function fail(why) {
  failures += 1
  process.stdout.write(`    !! ${why}\n`)
}

/** What the story needs to be heard. */
function expects(heard, words) {
  if (!heard.includes(words)) fail(`not heard: ${words}`)
}

/** Lets an agent type a command, prints what it would see, and checks the exit code that the story needs. */
async function types(agent, words, { exit = 0, hide = false } = {}) {
  const answer = await ask(agent, { args: words })
  if (!hide) {
    process.stdout.write(`\n  ${agent.name} $ rally ${words.map(quote).join(' ')}\n`)
    const seen = [answer.stdout, answer.stderr].filter((text) => text.trim() !== '').map(indent)
    if (seen.length > 0) process.stdout.write(`${seen.join('\n')}\n`)
  }
  if (answer.exit !== exit) {
    fail(`exit ${answer.exit}, expected ${exit}`)
  }
  return answer
}

const tell = (text) => process.stdout.write(`\n\n== ${text}\n`)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function play() {
  makeRepository()
  const { claude, codex } = await converse()
  await orchestrate({ claude, codex })
}

/** Two agents and a person. Nobody passes an id: inside its host an agent is recognised, outside of hosts there is the person. */
async function converse() {
  tell('Two agents come into one repository; their hosts call the hooks')
  const claude = { ...enter('claude', {}), host: 'claude_code', sessionId: 'claude-7f3a' }
  const codex = { ...enter('codex', {}), host: 'codex', sessionId: 'codex-22' }
  const person = enter('person', {})
  await types(person, ['hooks', 'install', '--host', 'claude_code', '--host', 'codex', '--trust'])
  await happens(claude, 'start')
  await happens(claude, 'prompt', { text: 'plan the checkout' })
  expects(await happens(codex, 'start'), 'rally tell claude-1')
  await types(claude, ['presence', '--task', 'plan the checkout'])

  tell('A handoff without its contract is refused; with it, it is told at the next tool call')
  await types(claude, ['handoff', '--to', 'codex', '--message', 'take the price rules', '--owns', 'src/prices.js'], {
    exit: 5,
  })
  const handedOver = await types(claude, [
    ...['handoff', '--to', 'codex', '--message', 'take the price rules', '--owns', 'src/prices.js'],
    ...['--does-not-own', 'src/cart.js', '--interface-contract', 'price(item) returns cents'],
    ...['--integration-checkpoint', 'npm test passes'],
  ])
  const handoff = /revision (\d+)/.exec(handedOver.stdout)?.[1] ?? '0'
  expects(await happens(codex, 'edit', { path: 'src/page.js' }), `rally handoff accept ${handoff}`)
  await types(codex, ['handoff', 'accept', handoff, 'on it'])
  await types(codex, ['claims'])

  tell('A question, its answer, and how far each got')
  const asked = await types(codex, ['ask', 'claude-1', 'does price() round up?'])
  const question = /#(\d+)/.exec(asked.stdout)?.[1] ?? '0'
  await types(codex, ['sent', question])
  expects(await happens(claude, 'edit', { path: 'src/cart.js' }), `rally reply ${question}`)
  await types(codex, ['sent', question])
  await types(claude, ['reply', question, 'yes, to whole cents'])
  expects((await types(codex, ['sent', question])).stdout, 'answered')
  expects(await happens(codex, 'edit', { path: 'src/prices.js' }), 'yes, to whole cents')
  await happens(codex, 'edit', { path: 'src/prices.js' })
  await types(codex, ['inbox', 'thread', question])

  tell('Both edit one file')
  expects(await happens(codex, 'edit', { path: 'src/cart.js' }), 'rally tell claude-1')
  await types(codex, ['tell', 'claude-1', 'I leave src/cart.js to you'])

  tell('A person looks in, says something, and sees how far it got')
  await types(person, [])
  const said = await types(person, ['tell', 'claude-1', 'keep the old prices for now'])
  const word = /#(\d+)/.exec(said.stdout)?.[1] ?? '0'
  expects(await happens(claude, 'edit', { path: 'src/cart.js' }), 'keep the old prices')
  await types(claude, ['reply', word, 'they stay'])
  expects((await types(person, ['sent', word])).stdout, 'answered')
  await types(person, ['inbox', 'read'])
  await types(codex, ['handoff', 'done', handoff, 'npm test passes'])
  expects(await happens(claude, 'prompt', { text: 'is it done?' }), 'npm test passes')
  expects((await types(person, ['handoffs', '--all'])).stdout, 'done')
  return { claude, codex }
}

/** An orchestrator with two subagents, beside the two agents: tasks that fall silent, a question that blocks the room. */
async function orchestrate({ claude, codex }) {
  tell('Two subagents and a Cursor session come in')
  const coder = enter('coder', {
    RALLY_SESSION_ID: 'agent:coder-1a2b',
    RALLY_TOOL: 'agent:coder',
    RALLY_PARENT_SESSION: claude.sessionId,
  })
  const tester = enter('tester', {
    RALLY_SESSION_ID: 'agent:tester-3c4d',
    RALLY_TOOL: 'agent:tester',
    RALLY_PARENT_SESSION: claude.sessionId,
  })
  const cursor = enter('cursor', { RALLY_SESSION_ID: 'cursor-9', RALLY_TOOL: 'cursor' })
  await types(claude, ['presence', '--task', 'plan the checkout', '--spawned', 'coder:1,tester:1'])
  await types(coder, ['presence', '--task', 'write the cart', '--files-in-flight', 'src/page.js'])
  await types(tester, ['presence', '--task', 'test the cart'])
  await types(cursor, ['presence', '--task', 'polish the page'])
  await types(cursor, ['roster'])

  tell('A task checks in, then falls silent')
  await types(coder, ['heartbeat', '--task-ref', 'CART-1', '--progress', 'sums work', '--interval-seconds', '1'])
  await types(coder, ['status', '--task-ref', 'CART-1', '--task-heartbeat-grace-seconds', '0'])
  await sleep(2200)
  await types(coder, ['status', '--task-ref', 'CART-1', '--task-heartbeat-grace-seconds', '0'])

  tell('Somebody needs a decision: the room is blocked until it is answered, and everybody hears of it')
  const raised = await types(cursor, ['escalate', '--reason', 'two designs for the page, which one?'])
  await types(claude, ['status', '--check'], { exit: 5 })
  const revision = /revision (\d+)/.exec(raised.stdout)?.[1] ?? '0'
  expects(await happens(codex, 'edit', { path: 'src/prices.js' }), 'the room is blocked')
  expects(await happens(claude, 'prompt', { text: 'go on' }), `rally escalate --acknowledges ${revision}`)
  await types(claude, ['escalate', '--reason', 'the plain one', '--acknowledges', revision])
  await types(claude, ['status', '--check'])
  expects(await happens(codex, 'edit', { path: 'src/prices.js' }), 'the plain one')

  tell('Everybody, as one tree')
  await types(claude, ['roster'])
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
