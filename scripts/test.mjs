// Sets up what is missing, then runs every test: node scripts/test.mjs [--reports FOLDER] [--units] [vitest arguments]
// `--units`: the unit and contract tests alone, which need nothing but Node and git. Else two rounds: suites against a real server wait for
// what comes within real time, so they get the machine for themselves.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { makeReady, root } from './ready.mjs'

const SERVER = 'packages/transport-nats'
const ROUNDS = [
  ['main', ['--exclude', `${SERVER}/**`]],
  ['server', [SERVER, '--maxWorkers=1']],
]

const UNITS = [
  [
    'units',
    ['test/**', `${SERVER}/test/**`, 'packages/{board,cli,hook}/test/**'].flatMap((glob) => ['--exclude', glob]),
  ],
]

const given = process.argv.slice(2)
const reports = given[0] === '--reports' ? given.splice(0, 2)[1] : undefined
const rounds = given[0] === '--units' ? UNITS : ROUNDS
if (rounds === UNITS) given.shift()

makeReady()
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const run = (args) => spawnSync(process.execPath, [vitest, 'run', ...args], { cwd: root, stdio: 'inherit' }).status ?? 1
const report = (name) =>
  reports === undefined
    ? []
    : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, `${name}.json`)}`]

const chosen = given.length > 0 && rounds !== UNITS
const results = chosen ? [run(given)] : rounds.map(([name, args]) => run([...args, ...given, ...report(name)]))
process.exit(results.some((status) => status !== 0) ? 1 : 0)
