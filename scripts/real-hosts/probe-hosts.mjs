// By hand: rally hosts probe in real hosts, with a stub of a model that repeats the probe words that it was shown: what does a host hand
// on, and where? node scripts/real-hosts/probe-hosts.mjs FOLDER [copilot qwen …]; FOLDER as in more-hosts.mjs. Prints what the probe said.
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { root } from '../ready.mjs'
import { run } from './lab.mjs'
import { HOSTS } from './more-hosts/hosts.mjs'
import { lab } from './more-hosts/lab.mjs'
import { startModel } from './step-model.mjs'

const MARK = 'RALLY-TRIAL'
const [folder = '', ...wanted] = process.argv.slice(2)
const clis = resolve(folder)
const node = join(clis, 'node22/node_modules/node/bin/node')

const wordsIn = (seen) =>
  [...new Set(seen.match(/probe word of this moment is [a-z]+-\d{4}/g) ?? [])]
    .join(', ')
    .replaceAll('probe word of this moment is ', '')

/** The trial's edit of a line, with the words in it. */
function speaking(edit, line) {
  return (seen) =>
    JSON.parse(
      JSON.stringify(edit)
        .replace('line one', line)
        .replace('LINE ONE', wordsIn(seen) || 'none'),
    )
}

async function probe(name) {
  const host = HOSTS[name]
  const room = lab(name, node)
  const steps = []
  const model = await startModel(steps, MARK)
  const at = { ...room, clis: join(clis, host.folder ?? name), node, url: `http://127.0.0.1:${model.port}` }
  host.prepare?.(at)
  Object.assign(room.env, host.env(at))
  room.sh(`rally plugins link ${JSON.stringify(join(root, 'packages', host.plugin))} --no-install`)
  room.sh(`rally hooks install --host ${host.id}`)
  const [read, , edit] = host.steps(room)
  // What came after the first edit comes back with the second, also from a host that shows its answers to nobody.
  steps.push(read, speaking(edit, 'line one'), speaking(edit, 'line two'), (seen) => ({
    text: wordsIn(seen) || 'none',
  }))
  const version = host.version(at)
  const argv = ['hosts', 'probe', host.id, '--json', '--wait', '200', '--host-version', version]
  const child = spawn(join(room.bin, 'rally'), argv, {
    cwd: room.project,
    env: room.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  await new Promise((ready) => child.stderr.once('data', ready))
  const ended = new Promise((done) => child.once('close', done))
  await run(room, host.program(at, `${MARK} which words?`))
  const code = await ended
  model.close()
  const { moments = [], lost } = JSON.parse(said || '{}')
  process.stdout.write(`===== ${name} ${version} [exit ${code}]\n`)
  for (const { moment, event, said: isSaid, back, kept, declared } of moments)
    process.stdout.write(
      `${moment.padEnd(14)} ${event}: ${isSaid ? back.join(' ') || 'lost' : 'nothing said'}${kept ? ' (kept)' : ''}${declared ? ' declared' : ''}\n`,
    )
  process.stdout.write(`lost: ${lost?.join(', ') || 'nothing'}\n`)
}

for (const name of wanted.length > 0 ? wanted : Object.keys(HOSTS)) await probe(name)
