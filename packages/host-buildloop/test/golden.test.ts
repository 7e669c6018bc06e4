import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openRoom } from '@rally/local'
import { afterEach, describe, expect, it } from 'vitest'
import { type GoldenCase, type GoldenStep, readCases } from '../../../test/replay/cases.js'
import { differences } from '../../../test/replay/match.js'
import { Scratch } from '../../../test/replay/scratch.js'
import { generateOrResume, readRunIdentity } from '../src/run/run-identity.js'

// Recorded cases of the existing system that this plugin answers, replayed against the built program and the library.

/** The command that answers a script of the existing system. Values that its flags default to there are named here. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => readonly string[]>> = {
  agent_rally: (args) => args,
  agent_autoreg: ([verb = '', ...rest]) => ['buildloop', verb === 'preamble' ? 'agent-preamble' : verb, ...rest],
  coordination_bootstrap: (args) => ['buildloop', 'bootstrap', ...args, '--model', 'claude-opus-4-7'],
  coordination_rally: (args) => ['buildloop', 'rally', ...args, '--tool', 'codex', '--model', 'gpt-5'],
  rally_poll_gate: (args) => ['buildloop', 'poll-gate', ...args],
}

interface Exception {
  readonly exit?: number
  readonly skip?: true
  readonly ignore?: readonly string[]
  readonly why: string
}

/** Steps where our answer is meant to differ, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<number, Exception>>>> = {
  autoreg: {
    1: { skip: true, why: 'the line names our command instead of a Python script; tested with the commands' },
  },
  'poll-gate': {
    0: { exit: 5, ignore: ['advice'], why: 'a refusal by a rule exits 5; the advice names our commands' },
  },
  'coord-rally': { 0: { ignore: ['integration_checkpoint'], why: 'the sentence names our command' } },
  'blid-hyphen-tool': {
    0: { skip: true, why: 'an internal function; the label is checked with every run that is started' },
    1: { skip: true, why: 'an internal function; the label is checked with every run that is started' },
  },
}

/** Keys whose values differ by intent wherever they stand. */
const CHANGED_KEYS = new Set([
  'bl_producer',
  'producer_name',
  'producer_version',
  'producer_runtime_path',
  'integration_checkpoint',
])

const NAMES = ['autoreg', 'coord-bootstrap', 'coord-rally', 'poll-gate', 'post-build-loop-id']
const cases = readCases().filter(
  ({ name, tag }) => tag !== 'QUIRK' && (name.startsWith('blid-') || NAMES.includes(name)),
)

let place: Scratch | undefined
afterEach(() => place?.remove())

describe('recorded cases of the build loop', () => {
  it('are all here', () => {
    expect(cases.map(({ name }) => name).sort()).toEqual(
      [...NAMES, 'blid-empty-tool', 'blid-fields-partial', 'blid-fresh', 'blid-hyphen-tool', 'blid-residue'].sort(),
    )
  })

  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', async (_name, golden) => {
    const scratch = new Scratch(golden)
    place = scratch
    for (const [index, step] of golden.steps.entries()) {
      const exception = EXCEPTIONS[golden.name]?.[index]
      if (exception?.skip) continue
      if (step.given.api !== undefined) await playCall(golden, { index, scratch })
      else playCommand(step, exception, scratch)
    }
    for (const [path, expected] of Object.entries(golden.expected_files)) expectFile(path, expected, scratch)
  })
})

function playCommand(step: GoldenStep, exception: Exception | undefined, scratch: Scratch): void {
  const [program = '', ...rest] = step.given.run ?? []
  const words = COMMANDS[program]?.(rest)
  if (!words) throw new Error(`no command answers ${program}`)
  const result = scratch.run({ ...step, given: { ...step.given, run: ['agent_rally', ...words] } })
  const message = `rally ${words.join(' ')}\n${result?.stderr}`
  expect(result?.exit, message).toBe(exception?.exit ?? step.expected.exit)
  const { stdout_json: json, stdout_lines: lines } = step.expected
  if (json !== undefined) {
    const wanted = without(json, new Set(exception?.ignore ?? []))
    expect(differences(wanted, JSON.parse(result?.stdout ?? ''), scratch.context), message).toEqual([])
  }
  if (lines !== undefined) {
    const printed = result?.stdout.split('\n').filter((line) => line !== '')
    expect(differences(lines, printed, scratch.context), message).toEqual([])
  }
}

type Call = (args: readonly string[], kwargs: Readonly<Record<string, string>>, scratch: Scratch) => unknown

const CALLS: Readonly<Record<string, Call>> = {
  'rally_point.build_loop_id:generate_or_resume': ([workdir = ''], { tool = '', session_id: sessionId = '' }) =>
    generateOrResume({ workdir, tool, sessionId }),
  'rally_point.build_loop_id:rally_fields_for': ([workdir = '']) => readRunIdentity(workdir),
  'rally_point.changes:read_changes_since': (_args, _kwargs, scratch) => readLog(scratch),
}

async function playCall(golden: GoldenCase, { index, scratch }: { index: number; scratch: Scratch }): Promise<void> {
  const { given, expected } = golden.steps[index] as unknown as {
    given: { api: string; args?: string[]; kwargs?: Record<string, string> }
    expected: { result: { returns: unknown } }
  }
  const call = CALLS[given.api]
  if (!call) throw new Error(`nothing answers ${given.api}`)
  const actual = await call(
    (given.args ?? []).map((arg) => scratch.fill(String(arg))),
    given.kwargs ?? {},
    scratch,
  )
  expect(
    differences(without(expected.result.returns, CHANGED_KEYS), without(actual, CHANGED_KEYS), scratch.context),
  ).toEqual([])
}

/** As the recorded call answers: the records, and an offset that depends on the name of the producer. */
async function readLog(scratch: Scratch): Promise<unknown> {
  const env = { HOME: scratch.home, PATH: process.env.PATH, AGENT_RALLY_APPS_ROOT: scratch.apps }
  const room = await openRoom(scratch.repo, { sessionId: 'reader', tool: 'test' }, { env })
  try {
    return [await room.transport.log.latest(10), 812]
  } finally {
    await room.close()
  }
}

function without(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, keys))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !keys.has(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item, keys)]))
}

/** A recorded name may have a volatile part. */
function findFile(path: string, scratch: Scratch): string {
  if (!path.includes('<') || !existsSync(dirname(path))) return path
  const found = readdirSync(dirname(path)).find(
    (name) => differences(basename(path), name, scratch.context).length === 0,
  )
  return join(dirname(path), found ?? basename(path))
}

function expectFile(path: string, expected: unknown, scratch: Scratch): void {
  const actual = scratch.read(findFile(scratch.fill(path), scratch))
  if (expected === null) {
    expect(actual, path).toBeUndefined()
    return
  }
  expect(actual, path).toBeDefined()
  if (typeof expected === 'object' && '$raw' in expected) {
    expect(actual, path).toBe(expected.$raw)
    return
  }
  const stored = Array.isArray(expected)
    ? actual
        ?.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : JSON.parse(actual ?? '')
  expect(differences(without(expected, CHANGED_KEYS), without(stored, CHANGED_KEYS), scratch.context), path).toEqual([])
}
