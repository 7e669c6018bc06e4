// By hand: does an agent of a real host speak through rally's server, in the sandbox and the permissions that the host has by
// itself? node scripts/real-hosts/mcp.mjs FOLDER [claude codex gemini]
// FOLDER holds what `npm install @anthropic-ai/claude-code @openai/codex @google/gemini-cli node@22` made. No account and no
// network is needed: a stub on loopback stands in for the models. Prints what the agent was answered and what the room shows.
import { HOSTS, MARK, makeLab, run } from './lab.mjs'
import { startModel } from './step-model.mjs'

const wanted = process.argv.slice(3)

/** How a model of the host calls a tool of the server, and what it does first. */
const SERVED = {
  // A turn does not wait for servers that are starting.
  claude: {
    first: [{ tool: 'Bash', input: { command: 'sleep 4', description: 'wait' } }],
    tool: (name) => ({ tool: `mcp__rally__${name}` }),
  },
  codex: {
    first: [{ tool: 'exec_command', input: { cmd: 'sleep 4' } }],
    tool: (name) => ({ tool: name, namespace: 'mcp__rally' }),
  },
  gemini: { tool: (name) => ({ tool: `mcp_rally_${name}` }) },
}

async function trial(name) {
  const host = HOSTS[name]
  process.stdout.write(`\n===== ${name}\n`)
  const room = makeLab(name)
  const steps = []
  const model = await startModel(steps, MARK)
  host.prepare(room, model.port)
  Object.assign(room.env, host.env(model.port))
  const peer = '--session-id desk-1 --tool desk'
  room.sh(`rally presence --task "the other agent" ${peer} --json > /dev/null`)
  room.sh(`rally hooks install --host ${host.id} --trust --mcp`)
  const { number } = JSON.parse(room.sh(`rally tell ${host.id} "price() is mine until noon" --unseen ${peer} --json`))
  const contract = {
    owns: ['src/a.txt'],
    does_not_own: ['src/other.txt'],
    contract: 'lines',
    checkpoint: 'npm test',
  }
  const calls = [
    ['room', {}],
    ['messages', {}],
    ['messages', { ack: [String(number)] }],
    ['tell', { to: 'desk', text: 'understood, I leave price() to you' }],
    ['claim', { files: ['src/a.txt'], why: 'new lines' }],
    ['progress', { task: 'new lines' }],
    ['handoff', { to: 'desk', text: 'take the lines', ...contract }],
  ]
  const { first = [], tool: callOf } = SERVED[name]
  steps.push(...first, ...calls.map(([tool, input]) => ({ ...callOf(tool), input })), { text: 'done' })
  await run(room, host.program())
  for (const [at, [tool, input]] of calls.entries()) {
    const said = model.results()[at + first.length] ?? '(no answer)'
    process.stdout.write(`-> ${tool} ${JSON.stringify(input)}\n${said.replace(/^/gm, '   | ')}\n`)
  }
  model.close()
  for (const line of [`sent ${number}`, 'claims', 'handoffs', `inbox read ${peer}`]) room.sh(`rally ${line}`)
  room.sh(`rally hooks uninstall --host ${host.id}`)
}

for (const name of wanted.length > 0 ? wanted : Object.keys(SERVED)) await trial(name)
process.exit(0)
