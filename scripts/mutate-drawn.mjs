// How well the tests of core, relay and boundary bite: mutants drawn by a fixed seed, each tried once.
//   node scripts/mutate-drawn.mjs --draw [--seed 1] [--count 800]   draws again; what became of mutants that are still drawn is kept
//   nice node scripts/mutate-drawn.mjs [--shard 1/4] [--most N]     tries those that were not tried yet; may be ended at any time
//   node scripts/mutate-drawn.mjs --score [--survivors]             what is known
// List and results: scripts/mutation/drawn.json.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DETECTED, DRAWN_FILE, rank, readDrawn, UNDETECTED, writeDrawn } from './mutation/drawn-mutants.mjs'
import { cache, makeStrykerReady } from './mutation/stryker.mjs'
import { makeReady, root } from './ready.mjs'

const BREAK = 85
const text = { type: 'string' }
const flag = { type: 'boolean' }
const { values } = parseArgs({
  options: { draw: flag, seed: text, count: text, shard: text, most: text, score: flag, survivors: flag },
})

const place = (name) => join(cache, 'drawn', name)

/** Runs Stryker over the wanted mutants; none: only makes the plan. */
function runStryker({ wanted, files }) {
  makeReady()
  const bin = makeStrykerReady()
  mkdirSync(place('.'), { recursive: true })
  const run = {
    root,
    wanted,
    keys: place('keys.json'),
    candidates: place('candidates.json'),
    results: place('results.jsonl'),
  }
  writeFileSync(place('run.json'), JSON.stringify(run))
  const { status } = spawnSync(process.execPath, [bin, 'run', join(root, 'scripts/mutation/drawn.config.mjs')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      RALLY_MUTATION_RUN: place('run.json'),
      ...(files && { RALLY_MUTATION_FILES: JSON.stringify(files) }),
    },
  })
  return status ?? 1
}

function draw({ seed, count }) {
  const status = runStryker({ wanted: [] })
  if (status !== 0) process.exit(status)
  const all = JSON.parse(readFileSync(place('candidates.json'), 'utf8'))
  const known = new Map(existsSync(DRAWN_FILE) ? readDrawn().mutants.map((one) => [one.key, one]) : [])
  const mutants = all
    .filter(({ ignored }) => !ignored)
    .map((one) => ({ at: rank(seed, one.key), one }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, count)
    .map(({ one: { ignored: _ignored, ...mutant } }) => ({ status: null, ...known.get(mutant.key), ...mutant }))
  writeDrawn({ seed, drawn_of: all.filter(({ ignored }) => !ignored).length, mutants })
  process.stdout.write(
    `drew ${mutants.length} of ${all.length} (${all.filter((one) => one.ignored).length} left out)\n`,
  )
}

/** Takes what a run wrote down, also one that was ended. */
function takeResults() {
  if (!existsSync(place('results.jsonl'))) return
  const rows = readFileSync(place('results.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const statuses = new Map(rows.map(({ key, status }) => [key, status]))
  const drawn = readDrawn()
  const mutants = drawn.mutants.map((one) => (statuses.has(one.key) ? { ...one, status: statuses.get(one.key) } : one))
  writeDrawn({ ...drawn, mutants })
  rmSync(place('results.jsonl'))
}

function score(mutants) {
  const of = (statuses) => mutants.filter(({ status }) => statuses.has(status)).length
  const [found, missed] = [of(DETECTED), of(UNDETECTED)]
  return { found, missed, tried: found + missed, percent: found + missed === 0 ? 0 : (100 * found) / (found + missed) }
}

function print({ mutants, seed, drawn_of: all }) {
  const { tried, percent } = score(mutants)
  process.stdout.write(`${tried} of ${mutants.length} drawn were tried (seed ${seed}, from ${all})\n`)
  const part = ({ file }) => file.split('/')[1]
  for (const one of [...new Set(mutants.map(part))].sort()) {
    const own = score(mutants.filter((mutant) => part(mutant) === one))
    process.stdout.write(`  ${one.padEnd(10)} ${own.percent.toFixed(1).padStart(6)} %  ${own.found} of ${own.tried}\n`)
  }
  process.stdout.write(`  ${'all'.padEnd(10)} ${percent.toFixed(1).padStart(6)} %\n`)
  if (!values.survivors) return
  for (const { file, line, status, mutator, original, replacement, why } of mutants) {
    if (!UNDETECTED.has(status)) continue
    const shown = [original, replacement].map((code) => code.replace(/\s+/g, ' ').slice(0, 120))
    process.stdout.write(
      `\n${file}:${line} ${status} ${mutator}${why ? ` (${why})` : ''}\n- ${shown[0]}\n+ ${shown[1]}\n`,
    )
  }
}

if (values.draw) draw({ seed: Number(values.seed ?? 1), count: Number(values.count ?? 800) })
else if (!values.score) {
  takeResults()
  const [shard, shards] = (values.shard ?? '1/1').split('/').map(Number)
  const open = readDrawn().mutants.filter(({ status }, at) => status === null && at % shards === shard - 1)
  const now = open.slice(0, Number(values.most ?? open.length))
  if (now.length > 0) {
    const files = [...new Set(now.map(({ file }) => file))].sort()
    const status = runStryker({ wanted: now.map(({ key }) => key), files })
    takeResults()
    if (status !== 0) process.exit(status)
  }
}
const drawn = readDrawn()
print(drawn)
process.exit(score(drawn.mutants).percent < BREAK ? 1 : 0)
