// How well the tests bite: changes core's code in thousands of places, one at a time, and counts the changes that no test notices.
//   node scripts/mutate.mjs [glob of files under packages/core/src …] [--survivors]
// By hand, not in CI: the whole of core takes about an hour. Results are kept; unchanged code and tests are not run again.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EXCLUDED } from './mutation/stryker.config.mjs'
import { cache, makeStrykerReady } from './mutation/stryker.mjs'
import { makeReady, root } from './ready.mjs'

const BREAK = 75
const SOURCES = 'packages/core/src'

const DETECTED = new Set(['Killed', 'Timeout'])
const UNDETECTED = new Set(['Survived', 'NoCoverage'])

function countOf(mutants) {
  const count = (statuses) => mutants.filter(({ status }) => statuses.has(status)).length
  const detected = count(DETECTED)
  const all = detected + count(UNDETECTED)
  return {
    all,
    score: all === 0 ? 100 : (100 * detected) / all,
    killed: count(new Set(['Killed'])),
    timeout: count(new Set(['Timeout'])),
    survived: count(new Set(['Survived'])),
    uncovered: count(new Set(['NoCoverage'])),
  }
}

function row(name, { all, score, killed, timeout, survived, uncovered }) {
  const numbers = [score.toFixed(1), all, killed, timeout, survived, uncovered].map((value) =>
    String(value).padStart(9),
  )
  return `${name.padEnd(44)}${numbers.join('')}\n`
}

function printReport(files, { survivors }) {
  const names = Object.keys(files).sort()
  const short = (name) => relative(SOURCES, name)
  const folder = (name) => short(name).split('/').slice(0, -1).join('/') || '.'
  const head = ['score %', 'mutants', 'killed', 'timeout', 'survived', 'no test']
    .map((word) => word.padStart(9))
    .join('')
  process.stdout.write(`${'file'.padEnd(44)}${head}\n`)
  for (const name of names) {
    const count = countOf(files[name].mutants)
    if (count.all > 0) process.stdout.write(row(short(name), count))
  }
  process.stdout.write('\n')
  for (const one of [...new Set(names.map(folder))].sort()) {
    process.stdout.write(
      row(`${one}/`, countOf(names.filter((name) => folder(name) === one).flatMap((name) => files[name].mutants))),
    )
  }
  const total = countOf(names.flatMap((name) => files[name].mutants))
  process.stdout.write(`\n${row('total', total)}`)
  if (survivors) {
    for (const name of names) {
      const lines = files[name].source.split('\n')
      for (const { status, location, replacement, mutatorName } of files[name].mutants) {
        if (!UNDETECTED.has(status)) continue
        const { line, column } = location.start
        process.stdout.write(
          `\n${short(name)}:${line}:${column} ${status} ${mutatorName}\n- ${lines[line - 1].trim()}\n+ ${replacement}\n`,
        )
      }
    }
  }
  return total
}

const args = process.argv.slice(2)
const globs = args.filter((arg) => !arg.startsWith('--'))
const survivors = args.includes('--survivors')

makeReady()
const bin = makeStrykerReady()
const mutate = globs.length > 0 ? ['--mutate', [...globs, ...EXCLUDED].join(',')] : []
const { status } = spawnSync(
  process.execPath,
  [bin, 'run', join(root, 'scripts/mutation/stryker.config.mjs'), '--incremental', '--concurrency', '1', ...mutate],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)
if (status !== 0) process.exit(status ?? 1)
// The report also repeats what earlier runs found out about other files.
const { matchEntry } = await import(pathToFileURL(join(root, 'packages/boundary/dist/glob.js')).href)
const { files } = JSON.parse(readFileSync(join(cache, 'report.json'), 'utf8'))
const asked = globs.length > 0 ? globs.flatMap((glob) => matchEntry(glob, Object.keys(files))) : Object.keys(files)
const shown = Object.fromEntries(asked.map((name) => [name, files[name]]))
process.exit(printReport(shown, { survivors }).score < BREAK ? 1 : 0)
