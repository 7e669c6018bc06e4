// By hand: README's commands of two agents, typed word by word by the agents of two real hosts that are there at the same time.
//   node scripts/real-hosts/readme.mjs FOLDER [claude,codex gemini,codex …]
// FOLDER: as for consents.mjs. No account and no network is needed. Each host has what `rally hooks install --allow` gives it, and
// otherwise the sandbox and the permission mode that it has by itself. Prints each line with what the agent was answered.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../ready.mjs'
import { HOSTS, MARK, makeLab, run } from './lab.mjs'
import { startModel } from './step-model.mjs'

const PAIRS = process.argv.length > 3 ? process.argv.slice(3) : ['claude,codex', 'gemini,codex']

/** The commands of README that an agent types, with who types each: `claude`, `codex`. */
function example() {
  const text = readFileSync(join(root, 'README.md'), 'utf8').replace(/ *\\\n */g, ' ')
  return [...text.matchAll(/^(claude|codex)-1 \$ (.*)$/gm)].map(([, who, line]) => ({ who, line }))
}

function withResolvers() {
  let resolve
  const promise = new Promise((found) => {
    resolve = found
  })
  return { promise, resolve }
}

/** One after the other, whoever types it: a line is done when its agent was shown the answer. */
async function play(pair) {
  const [first, second] = pair.split(',')
  const names = { claude: first, codex: second }
  const lab = makeLab(pair.replace(',', ' and '))
  const lines = example().map(({ who, line }) => {
    const { promise: done, resolve: finish } = withResolvers()
    return { who: names[who], line: line.replaceAll('claude-1', `${first}-1`), done, finish }
  })
  const ended = []
  const started = new Map([first, second].map((name) => [name, withResolvers()]))
  for (const name of [first, second]) {
    const host = HOSTS[name]
    const own = lines.filter(({ who }) => who === name)
    const steps = own.map((one, at) => ({
      ...host.tool(one.line),
      async when() {
        started.get(name).resolve()
        await Promise.all([...started.values()].map(({ promise }) => promise))
        own[at - 1]?.finish()
        await lines[lines.indexOf(one) - 1]?.done
      },
    }))
    const model = await startModel([...steps, { text: 'done', when: () => own.at(-1)?.finish() }], MARK)
    host.prepare(lab, model.port)
    lab.sh(`rally hooks install --host ${host.id} --allow ${host.id === 'codex' ? '--scope user --trust' : ''}`.trim())
    const here = { ...lab, env: { ...lab.env, ...host.env(model.port) } }
    ended.push(
      run(here, host.program()).then(() => {
        for (const one of own) one.finish()
        return { own, model }
      }),
    )
  }
  for (const { own, model } of await Promise.all(ended)) {
    for (const [at, one] of own.entries()) one.answer = model.results()[at] ?? '(never asked)'
    model.close()
  }
  for (const { who, line, answer } of lines)
    process.stdout.write(`${who.padEnd(6)} $ ${line}\n${answer.trim().replace(/^/gm, '         ')}\n`)
  lab.sh('rally log --limit 12')
}

for (const pair of PAIRS) {
  process.stdout.write(`\n===== ${pair.replace(',', ' and ')}\n`)
  await play(pair)
}
