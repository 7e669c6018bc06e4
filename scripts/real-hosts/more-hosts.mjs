// By hand: what does a model of a real host see of rally? node scripts/real-hosts/more-hosts.mjs FOLDER [copilot qwen …]
// FOLDER/HOST holds what `npm install PACKAGE` made, FOLDER/node22 what `npm install node@22` made. No account and no network is
// needed: a stub on loopback stands in for the models. For each host: its plugin is linked, its hooks are installed, a peer edits
// the file that its agent is going to edit and leaves a message. Then greeting, message and warning must have reached the model, the
// session must have been in the room and be gone afterwards, and uninstall must restore every byte that stood there after a run without
// hooks. Exits 1 if something did not.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../ready.mjs'
import { run } from './lab.mjs'
import { HOSTS } from './more-hosts/hosts.mjs'
import { lab } from './more-hosts/lab.mjs'
import { startModel } from './step-model.mjs'

const MARK = 'RALLY-TRIAL'
const MESSAGE = 'price() is mine until noon'
const [folder = '', ...wanted] = process.argv.slice(2)
const clis = resolve(folder)
const node = join(clis, 'node22/node_modules/node/bin/node')

/** Every file of the host's and of the repository with its bytes. */
function snapshot(folders) {
  const files = {}
  for (const one of folders.filter(existsSync)) {
    if (statSync(one).isFile()) files[one] = readFileSync(one, 'base64')
    else
      for (const name of readdirSync(one, { recursive: true }).map(String).sort()) {
        if (/(^|\/)\.git(\/|$)/.test(name)) continue
        const path = join(one, name)
        files[path] = statSync(path).isDirectory() ? 'folder' : readFileSync(path, 'base64')
      }
  }
  return files
}

async function trial(name) {
  const host = HOSTS[name]
  const room = lab(name, node)
  const steps = []
  const model = await startModel(steps, MARK)
  const at = { ...room, clis: join(clis, host.folder ?? name), node, url: `http://127.0.0.1:${model.port}` }
  host.prepare?.(at)
  Object.assign(room.env, host.env(at))
  const places = [room.project, ...host.writes.map((path) => join(room.home, path))]
  room.sh(`rally plugins link ${JSON.stringify(join(root, 'packages', host.plugin))}`)
  // What the program writes of its own accord stands there before ours comes: after that every byte is compared.
  steps.splice(0, steps.length, ...host.steps(room), { text: 'done' })
  await run(room, host.program(at, `${MARK} please edit`))
  room.sh('git checkout -q -- . && git clean -qfd src')
  const before = snapshot(places)
  const peer = '--session-id desk-1 --tool desk'
  room.sh(`rally presence --task "the other agent" --files-in-flight src/shared.txt ${peer}`)
  const results = {}
  for (const scope of ['project', 'user']) {
    room.sh(`rally hooks install --host ${host.id} --scope ${scope}`)
    const verified = JSON.parse(room.sh(`rally hooks verify --host ${host.id} --json`) || '{"hooks":[]}').hooks
    room.sh(`rally tell ${host.id} "${MESSAGE}" --unseen ${peer}`)
    room.sh('git checkout -q -- .')
    const edits = host.steps(room)
    steps.splice(0, steps.length, ...edits, { text: 'done' })
    model.reset()
    await run(room, host.program(at, `${MARK} please edit`))
    const seen = model.seen()
    const during = existsSync(join(room.at, 'roster.json')) ? readFileSync(join(room.at, 'roster.json'), 'utf8') : ''
    const after = room.sh('rally roster --json')
    const live = (text) => new RegExp(`"tool": ?"${host.id}"`).test(text)
    results[`${scope}: samples fire`] =
      verified.length > 0 && verified.every((one) => /fired|unverified/.test(one.verdict))
    results[`${scope}: greeting`] = /rally: \d+ other agents? (is|are) working in this repository/.test(seen)
    results[`${scope}: message`] = seen.includes(MESSAGE)
    results[`${scope}: warning`] = /is editing src\/shared\.txt in this same working tree/.test(seen)
    results[`${scope}: edit happened`] = readFileSync(join(room.project, 'src/shared.txt'), 'utf8').includes('LINE ONE')
    results[`${scope}: in the room`] = live(during)
    results[`${scope}: gone afterwards`] = after !== '' && !live(after)
    if (process.env.SHOW) process.stdout.write(`${seen}\n--- during ${during}\n--- after ${after}\n`)
    room.sh(`git checkout -q -- . && git clean -qfd src && rally hooks uninstall --host ${host.id} --scope ${scope}`)
  }
  host.tidy?.(at)
  const left = snapshot(places)
  const changed = [...new Set([...Object.keys(before), ...Object.keys(left)])].filter(
    (path) => before[path] !== left[path],
  )
  results['every byte restored'] = changed.length === 0
  if (changed.length > 0) process.stdout.write(`changed: ${changed.join(', ')}\n`)
  model.close()
  process.stdout.write(`===== ${name} ${host.version(at)}\n`)
  for (const [what, holds] of Object.entries(results)) process.stdout.write(`${holds ? 'ok  ' : 'NOT '} ${what}\n`)
  return Object.values(results).every(Boolean)
}

let isGood = true
for (const name of wanted.length > 0 ? wanted : Object.keys(HOSTS)) isGood = (await trial(name)) && isGood
process.exit(isGood ? 0 : 1)
