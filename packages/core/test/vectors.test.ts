import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { safeName } from '../src/ids.js'
import type { HeartbeatStatus } from '../src/model/heartbeat-statuses.js'
import type { Presence } from '../src/model/presence.js'
import { obj, str, strings, text } from '../src/readers.js'
import { checkHandoff } from '../src/rules/handoff/handoff-gate.js'
import { makeMessage } from '../src/rules/inbox/make-message.js'
import { summarizeMessage } from '../src/rules/inbox/summarize-message.js'
import { acceptsProtocol } from '../src/rules/log/protocol-range.js'
import { applyRetractions, retractionTarget } from '../src/rules/log/retraction.js'
import { sanitizeForSurface } from '../src/rules/log/sanitize-for-surface.js'
import { parseSpawned } from '../src/rules/presence/parse-spawned.js'
import { stalenessWindow } from '../src/rules/presence/staleness-window.js'
import { buildRosterTree, type RosterAgent } from '../src/rules/roster/roster-tree.js'
import { classifyWorkSize } from '../src/rules/task/classify-work-size.js'
import { makeHeartbeat } from '../src/rules/task/heartbeat-record.js'
import { summarizeTaskHealth } from '../src/rules/task/task-health.js'
import { formatAge } from '../src/rules/text/format-age.js'
import { isArchivable, recencyWeight } from '../src/rules/text/recency.js'

const FOLDER = new URL('../../../test/golden/vectors/', import.meta.url)
const NOW = 1_795_000_000

/** No rule takes more; what is there is what the rule wants. */
type Args = [never, never, never, never]

interface Vector {
  args: Args
  kwargs: Record<string, never>
  returns: unknown
}
type Run = (args: Args, kwargs: Record<string, never>) => unknown

const RULES: Record<string, Run> = {
  adaptive_window: ([planned, defaultCadenceSecs, missMultiplier, graceSecs]) =>
    stalenessWindow(planned, { ...defined({ defaultCadenceSecs, missMultiplier, graceSecs }) }),
  build_roster: ([apps], kwargs) => roster(apps, kwargs),
  classify_work_size: (_, { effort, scope_paths }) => classifyWorkSize({ effort, scopePaths: scope_paths }),
  fmt_age: ([seconds]) => formatAge(seconds),
  heartbeat_record: (_, k) =>
    makeHeartbeat(
      {
        sessionId: str(k.session_id),
        tool: str(k.tool),
        taskRef: str(k.task_ref),
        status: text(k.status) as HeartbeatStatus | undefined,
        stillOnTask: k.still_on_task,
        progress: text(k.progress_since_last),
        attentionReason: text(k.attention_reason),
        intervalSeconds: k.interval_seconds,
        evidence: strings(k.evidence_refs),
      },
      k.ts as unknown as number,
    ),
  is_archivable: ([weight, floor]) => isArchivable(weight, floor),
  make_message: (_, k) =>
    makeMessage(
      { from: str(k.sender), to: str(k.recipient), kind: k.kind, id: k.message_id },
      k.ts as unknown as number,
    ),
  mece_gate: ([payload]) => {
    const verdict = checkHandoff(payload)
    return verdict.ok ? [true, {}] : [false, { reason: verdict.reason, missing_or_invalid: verdict.missingOrInvalid }]
  },
  parse_spawned: ([value]) => parseSpawned(value),
  protocol_range: ([version]) => acceptsProtocol(version),
  recency_weight: ([age, halfLife]) => recencyWeight(age, halfLife),
  retraction_apply: ([records]) => applyRetractions(records).map((record) => obj(record).event_id),
  retraction_target: ([record]) => retractionTarget(record),
  safe_tool_name: ([value]) => safeName(value),
  sanitize_for_surface: ([record]) => sanitizeForSurface(record),
  summarize_message: ([message]) => summarizeMessage(message),
  task_health: ([lines], k) => {
    const health = summarizeTaskHealth(lines, {
      now: NOW,
      sessionId: 's',
      expectedRef: text(k.expected_ref),
      graceSeconds: k.grace_seconds,
    })
    return { health: health.health, missed_count: health.missed_count, latest_ref: health.latest?.task_ref ?? null }
  },
}

/** Functions whose code lives in other packages, which test them there. */
const ELSEWHERE = [
  'cd_target',
  'fmt_spawned',
  'hook_budget',
  'normalize_record',
  'normalize_repo_dir',
  'render_text',
  'run_label',
  'session_id_format',
  'to_fact_v1',
]

/** Functions without a counterpart, each with what decides here instead (docs/reference/differences.md). */
const DROPPED: Record<string, string> = {
  code_progress_age: 'the host process and the time of the last presence decide who is here',
  is_live: 'the host process and the time of the last presence decide who is here',
  reapable: 'presence that nobody refreshed for a day is removed',
}

/** Rows that record a fault of the Python system, with what holds here instead. */
const DIFFERENT: Record<string, Record<number, (actual: unknown) => void>> = {
  build_roster: {
    // Whoever is listed although silent counts as silent.
    4: (actual) =>
      expect(actual).toMatchObject({ live_count: 0, stale_count: 1, agents: [{ tool: 'x', stale: true }] }),
    6: (actual) => {
      const tree = actual as ReturnType<typeof buildRosterTree>
      expect(tree.agents.flatMap((agent) => outline(agent))).toEqual(['p', '  r', '    q', '    s'])
      expect(tree.live_count).toBe(4)
    },
  },
}

const files = readdirSync(FOLDER).map((file) => file.replace('.json', ''))

it('every recorded function is tested here or in its own package', () => {
  expect([...Object.keys(RULES), ...ELSEWHERE, ...Object.keys(DROPPED)].sort()).toEqual(files.sort())
})

describe.each(Object.entries(RULES))('%s', (name, run) => {
  const { vectors } = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as { vectors: Vector[] }
  it.each(vectors.map((vector, row) => ({ row, vector })))('row $row', ({ row, vector }) => {
    const actual = run(vector.args, vector.kwargs)
    const different = DIFFERENT[name]?.[row]
    if (different !== undefined) different(actual)
    else if (typeof vector.returns === 'number') expect(actual).toBeCloseTo(vector.returns, 12)
    else expect(actual).toEqual(vector.returns)
  })
})

function roster(apps: Record<string, Record<string, Presence>>, kwargs: Record<string, never>) {
  const entries = Object.entries(apps).flatMap(([app, files]) =>
    Object.values(files).map((presence) => ({ app, presence })),
  )
  const tree = buildRosterTree(entries, {
    now: NOW,
    app: kwargs.app,
    staleSecs: kwargs.stale_secs,
    includeStale: kwargs.include_stale,
  })
  return { ...tree, agents: tree.agents.map(withoutName) }
}

/** Without the keys that only our answers have. */
function withoutName({ name: _, state: __, doing: ___, files: ____, claims: _____, ...agent }: RosterAgent): object {
  return { ...agent, children: agent.children.map(withoutName) }
}

function outline(agent: RosterAgent, indent = ''): string[] {
  return [`${indent}${agent.session_id}`, ...agent.children.flatMap((child) => outline(child, `${indent}  `))]
}

function defined<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}
