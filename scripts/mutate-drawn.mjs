// How well the tests of core, relay and boundary bite: mutants drawn by a fixed seed, each tried once.
//   node scripts/mutate-drawn.mjs --draw [--seed 1] [--count 800]   draws again; what became of mutants that are still drawn is kept
//   nice node scripts/mutate-drawn.mjs [--shard 1/4] [--most N]     tries those that were not tried yet; may be ended at any time
//   … --again                                                       tries those once more that got past
//   … --in WORD                                                     only those in files whose path has the word; may be given several times
//   node scripts/mutate-drawn.mjs --score [--survivors]             what is known
// List and results: scripts/mutation/drawn.json.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DETECTED, DRAWN_FILE, rank, readDrawn, UNDETECTED, writeDrawn } from './mutation/drawn-mutants.mjs'
import { listMutants, placeOf, rangeOf } from './mutation/list-mutants.mjs'
import { cache, makeStrykerReady } from './mutation/stryker.mjs'
import { makeReady, root } from './ready.mjs'

const BREAK = 85
const text = { type: 'string' }
const flag = { type: 'boolean' }
const { values } = parseArgs({
  options: {
    draw: flag,
    seed: text,
    count: text,
    shard: text,
    most: text,
    again: flag,
    score: flag,
    survivors: flag,
    in: { ...text, multiple: true },
  },
})

const place = (name) => join(cache, 'drawn', name)

/** Runs Stryker over mutants of `listMutants`. */
function runStryker(wanted) {
  makeReady()
  const bin = makeStrykerReady()
  mkdirSync(place('.'), { recursive: true })
  const run = {
    root,
    ranges: wanted.map(({ mutant }) => rangeOf(mutant)),
    places: Object.fromEntries(wanted.map(({ mutant, key }) => [placeOf(mutant), key])),
    results: place('results.jsonl'),
  }
  writeFileSync(place('run.json'), JSON.stringify(run))
  const { status } = spawnSync(process.execPath, [bin, 'run', join(root, 'scripts/mutation/drawn.config.mjs')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, RALLY_MUTATION_RUN: place('run.json') },
  })
  return status ?? 1
}

/** Draws again; what is known of a mutant that is still drawn is kept, and what turned out to be static is passed over. */
async function draw({ seed, count }) {
  makeStrykerReady()
  const all = await listMutants()
  const before = existsSync(DRAWN_FILE) ? readDrawn() : { mutants: [], static: [] }
  const known = new Map(before.mutants.map((one) => [one.key, one]))
  const passed = new Set([...(before.static ?? []), ...before.mutants.filter(isStatic).map(({ key }) => key)])
  const mutants = all
    .filter(({ key }) => !passed.has(key))
    .map((one) => ({ at: rank(seed, one.key), one }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, count)
    .map(({ one: { mutant, original, key } }) => ({
      status: known.get(key)?.status ?? null,
      key,
      file: mutant.fileName,
      line: mutant.location.start.line + 1,
      mutator: mutant.mutatorName,
      original: original.slice(0, 200),
      replacement: mutant.replacement.slice(0, 200),
      ...(known.get(key)?.why === undefined ? {} : { why: known.get(key).why }),
    }))
  writeDrawn({ seed, drawn_of: all.length, static: [...passed].sort(), mutants })
}

function isStatic({ status }) {
  return status === 'Static'
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
  const fixed = mutants.filter(isStatic).length
  process.stdout.write(
    `${tried} of ${mutants.length} drawn were tried (seed ${seed}, from ${all}; ${fixed} are static)\n`,
  )
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

if (values.draw) await draw({ seed: Number(values.seed ?? 1), count: Number(values.count ?? 800) })
else if (!values.score) {
  takeResults()
  const [shard, shards] = (values.shard ?? '1/1').split('/').map(Number)
  // `--again`: those that got past are tried once more, as after new tests.
  const isOpen = ({ status }) => (values.again ? UNDETECTED.has(status) : status === null)
  const isMeant = ({ file }) => values.in?.some((word) => file.includes(word)) ?? true
  const open = readDrawn().mutants.filter((one, at) => isOpen(one) && isMeant(one) && at % shards === shard - 1)
  if (open.length > 0) makeStrykerReady()
  const now = new Set(open.slice(0, Number(values.most ?? open.length)).map(({ key }) => key))
  const wanted = now.size === 0 ? [] : (await listMutants()).filter(({ key }) => now.has(key))
  if (wanted.length < now.size)
    process.stdout.write(`${now.size - wanted.length} are not in the code any more: --draw\n`)
  if (wanted.length > 0) {
    const status = runStryker(wanted)
    takeResults()
    if (status !== 0) process.exit(status)
  }
}
const drawn = readDrawn()
print(drawn)
process.exit(score(drawn.mutants).percent < BREAK ? 1 : 0)
