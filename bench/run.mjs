// All measurements, one after the other, as one table: node bench/run.mjs [--full]
// Written to bench/results/latest.md. On a shared machine only ratios count; run it when nothing else runs.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from './paired.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const full = process.argv.includes('--full') ? ['--full'] : []

const BENCHES = [
  ['Ordinary commands', 'commands.mjs', []],
  ['Hooks', 'hook.mjs', []],
  ['Hooks of agents that work', 'sessions.mjs', []],
  ['The guard of a commit', 'guard.mjs', []],
  ['Storage', 'storage.mjs', full],
  ...(full.length > 0 ? [['The log of a large room', 'log.mjs', []]] : []),
  ['Watch', 'watch.mjs', []],
  ['Relay', 'relay.mjs', []],
]

const sections = [
  `# Measurements\n\nNode ${process.version}, ${cpus().length} cores, load at the start ${loadavg()[0]?.toFixed(1)}.`,
]
let failed = 0
for (const [title, file, args] of BENCHES) {
  process.stderr.write(`${title} …\n`)
  const { stdout, status } = spawnSync(process.execPath, [join(here, file), ...args], {
    encoding: 'utf8',
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  })
  if (status !== 0) failed += 1
  sections.push(`## ${title}\n\n${status === 0 ? stdout.trim() : `failed with exit ${status}`}`)
}
const report = `${sections.join('\n\n')}\n`
mkdirSync(join(here, 'results'), { recursive: true })
writeFileSync(join(here, 'results', 'latest.md'), report)
process.stdout.write(report)
process.exit(failed > 0 ? 1 : 0)
