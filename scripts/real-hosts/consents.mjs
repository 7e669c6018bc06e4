// By hand: what may an agent of a real host type in the sandbox and the permission mode that the host has by itself, before and
// after `rally hooks install --allow`? node scripts/real-hosts/consents.mjs FOLDER [claude codex codex-write gemini]
// FOLDER holds what `npm install @anthropic-ai/claude-code @openai/codex @google/gemini-cli node@22` made. No account and no
// network is needed: a stub on loopback stands in for the models. Prints each command with what the agent was answered.
import { HOSTS, MARK, makeLab, run } from './lab.mjs'
import { startModel } from './step-model.mjs'

const wanted = process.argv.slice(3)

/** What an agent says, and then what no consent may let it do. */
const LINES = [
  'rally status',
  'rally inbox read',
  'rally ack-inbox',
  'rally tell all "hello from here"',
  "rally claim 'src/**'",
  'rally handoff --to claude --message "take the price rules" --owns src/prices.js --does-not-own src/cart.js --interface-contract "price(item) returns cents" --integration-checkpoint "npm test passes"',
  'rally relay --status',
  'rally hooks off --scope user',
  'rally status-post --help',
  'rally status && touch "$HOME/outside"',
]

/** One run of the host in which the agent types every line. */
async function play(lab, host) {
  const steps = [...LINES.map((line) => host.tool(line)), { text: 'done' }]
  const model = await startModel(steps, MARK)
  host.prepare(lab, model.port)
  await run({ ...lab, env: { ...lab.env, ...host.env(model.port) } }, host.program())
  const results = model.results()
  for (const [index, line] of LINES.entries()) {
    const answer = (results[index] ?? '(never asked)').replace(/\s*\n\s*/g, ' / ').slice(0, 700)
    process.stdout.write(`  ${line}\n    -> ${answer}\n`)
  }
  model.close()
}

for (const name of wanted.length > 0 ? wanted : Object.keys(HOSTS)) {
  const host = HOSTS[name]
  const lab = makeLab(name)
  process.stdout.write(`\n===== ${name}: before\n`)
  await play(lab, host)
  process.stdout.write(`\n===== ${name}: after\n`)
  lab.sh(`rally hooks install --host ${host.id} --allow`)
  await play(lab, host)
  lab.sh('rally log --limit 5')
  lab.sh('ls "$HOME/outside"')
}
