// Whole-process timings as ratios: A and B in turn, the ratio of each pair, the median of the ratios. Ratios survive a
// machine whose speed drifts; single times do not.
import { spawnSync } from 'node:child_process'

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The environment of a measurement: Node 20 reads the file that this variable names at every start. */
export function cleanEnvironment(more = {}) {
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env
  return { ...env, ...more }
}

export const BARE_NODE = [process.execPath, '-e', '0']

/** Milliseconds of one run of a command to its end. */
export function timeOnce([program, ...args], { cwd, env, input = '' } = {}) {
  const start = process.hrtime.bigint()
  const { status } = spawnSync(program, args, {
    cwd,
    env: env ?? cleanEnvironment(),
    input,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  return { ms, status }
}

/**
 * Median ratio A/B over `runs` pairs, after two runs of each that do not count. `options` are of A, `optionsB` of B;
 * `before` prepares each run of A.
 */
export function ratio(a, b, { runs = 21, options = {}, optionsB = {}, before = () => {} } = {}) {
  const pair = () => {
    before()
    return [timeOnce(a, options), timeOnce(b, optionsB)]
  }
  pair()
  pair()
  const pairs = Array.from({ length: runs }, pair)
  return {
    ratio: median(pairs.map(([x, y]) => x.ms / y.ms)),
    /** Of the fastest runs: what is left when others use the machine. */
    best: Math.min(...pairs.map(([x]) => x.ms)) / Math.min(...pairs.map(([, y]) => y.ms)),
    a: median(pairs.map(([x]) => x.ms)),
    b: median(pairs.map(([, y]) => y.ms)),
    statuses: [...new Set(pairs.map(([x]) => x.status))],
  }
}

/** A Markdown table; numbers with two digits. */
export function renderTable(head, rows) {
  const cell = (value) => (typeof value === 'number' ? value.toFixed(2) : String(value))
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
}
