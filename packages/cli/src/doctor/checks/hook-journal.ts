import { type JournalEntry, journalPath, readJournal } from '@rally/local/hook-files/hook-journal'
import { plural } from '../../views/text/lines.js'
import { type Check, type Finding, ok, problem } from '../check.js'

const WINDOW_SECS = 7 * 24 * 3600
/** Half of the calls above this (milliseconds) is felt at every edit. */
const SLOW_MS = 400
/** Fewer calls than this say nothing of speed. */
const ENOUGH = 20
/** Entries that are no calls: a damaged file of the cache was found. */
const DAMAGED = 'damaged:'
/** Words of the journal that mean that a hook did not do its work; `fault:…` says which error. */
const FAILURES = new Set(['no-adapter', 'unwritten', 'unsafe-id', 'bad-payload', 'stdin-timeout'])

/** What hooks did in the last seven days: how often, how fast, and what failed. */
export const hookJournalCheck: Check = {
  code: 'hook-journal',
  async run({ rally }) {
    const place = journalPath(rally.env)
    const since = rally.clock.now() - WINDOW_SECS
    const entries = readJournal(rally.env).filter(({ t, ms }) => t >= since && ms >= 0)
    const damaged = entries.filter(({ code }) => code.startsWith(DAMAGED))
    const calls = entries.filter(({ code }) => !code.startsWith(DAMAGED))
    return [...judge(calls, place), ...cacheDamage(damaged, place)]
  },
}

function judge(calls: readonly JournalEntry[], place: string): Finding[] {
  if (calls.length === 0) return [ok('hook-journal', 'no hook has run in the last seven days')]
  const hosts = [...new Set(calls.map(({ host }) => host))].sort()
  return [...hosts.map((host) => speedOf(host, { calls, place })), ...failures(calls, place)]
}

/** A file of the cache whose bytes were others than those written. It was replaced; the disk, or who cleans it, is the matter. */
function cacheDamage(damaged: readonly JournalEntry[], place: string): Finding[] {
  if (damaged.length === 0) return []
  const kinds = [...new Set(damaged.map(({ code }) => code.slice(DAMAGED.length)))].sort().join(', ')
  const message = `${plural(damaged.length, 'damaged cache file')} replaced in seven days (${kinds})`
  return [problem('cache-damaged', 'warning', { message, place, fix: 'look for faults of the disk' })]
}

function speedOf(host: string, { calls, place }: { calls: readonly JournalEntry[]; place: string }): Finding {
  const times = calls.flatMap((call) => (call.host === host ? [call.ms] : [])).sort((a, b) => a - b)
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  const message = `${host}: ${plural(times.length, 'hook call')} in seven days, p50 ${p50} ms, p99 ${p99} ms`
  if (times.length < ENOUGH || p50 <= SLOW_MS) return ok('hook-journal', message, place)
  return problem('hook-slow', 'warning', {
    message,
    place,
    fix: 'a busy machine or a slow disk does that; rally cost shows how long hooks took',
  })
}

function failures(calls: readonly JournalEntry[], place: string): Finding[] {
  const failed = calls.filter(({ code }) => code.startsWith('fault:') || FAILURES.has(code))
  if (failed.length === 0) return []
  const counts = new Map<string, number>()
  for (const { host, event, code } of failed) {
    const key = `${code} at ${host} ${event}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [worst] = [...counts].sort((a, b) => b[1] - a[1])
  const message = `${failed.length} of ${plural(calls.length, 'hook call')} failed quietly; most often ${worst?.[0]} (${worst?.[1]})`
  return [problem('hook-faults', 'warning', { message, place, fix: 'rally hooks verify runs them one by one' })]
}

/** Nearest rank of sorted numbers. */
function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
}
