import { afterEach, describe, expect, it } from 'vitest'
import { type GoldenCase, readCases } from './cases.js'
import { CHANGED_KEYS, EXCEPTIONS, FILE_EXCEPTIONS, OTHER_PROGRAMS } from './exceptions.js'
import { differences } from './match.js'
import { Scratch, type StepResult } from './scratch.js'

const cases = readCases()
const replayable = cases.filter((golden) =>
  golden.steps.some((step) => step.given.run && !((step.given.run[0] ?? '') in OTHER_PROGRAMS)),
)

let scratch: Scratch | undefined
afterEach(() => scratch?.remove())

function parseLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** `ok` tells the truth, whatever else a command says. */
function expectHonest(result: StepResult): void {
  if (!result.stdout.startsWith('{\n')) return
  const document = JSON.parse(result.stdout)
  if ('ok' in document && document.schema !== 'rally.boundary/1') expect(document.ok).toBe(result.exit === 0)
}

function playStep(golden: GoldenCase, index: number, place: Scratch): void {
  const step = golden.steps[index]
  const exception = EXCEPTIONS[golden.name]?.[index]
  if (!step || exception?.skip) return
  const result = place.run(step)
  if (!result) return
  const { expected } = step
  const message = `step ${index}: rally ${step.given.run?.slice(1).join(' ')}\n${result.stderr}`
  expect(result.exit, message).toBe(exception?.exit ?? expected.exit)
  if (expected.stdout_json !== undefined) {
    const actual = parseDocument(result.stdout)
    const wanted = comparable(without(expected.stdout_json, exception?.ignore ?? []))
    expect(differences(wanted, actual, place.context), message).toEqual([])
  }
  if (expected.stdout_jsonl !== undefined) {
    expect(differences(expected.stdout_jsonl, parseLines(result.stdout), place.context), message).toEqual([])
  }
  if (expected.stdout_lines !== undefined && expected.exit !== 0 && !step.given.run?.includes('--json')) {
    expect(result.stdout, message).toBe('')
  }
  const compareText = golden.area !== 'status' && !exception?.ignoreText
  if (expected.stdout_lines !== undefined && expected.exit === 0 && compareText) {
    const lines = result.stdout === '' ? [] : result.stdout.replace(/\n$/, '').split('\n')
    expect(differences(expected.stdout_lines.map(maskAge), lines.map(maskAge), place.context), message).toEqual([])
  }
}

function parseDocument(stdout: string): unknown {
  return JSON.parse(stdout)
}

function without(value: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0 || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
}

/** Ages in text: a second may pass between the recording's clock and ours. */
function maskAge(line: string): string {
  return line.replace(/seen \d\S* ago/g, 'seen AGE ago')
}

/** A stored value without the keys whose values differ by intent. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !(key in CHANGED_KEYS))
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]))
}

function expectFile(path: string, expected: unknown, place: Scratch): void {
  const actual = place.read(place.fill(path))
  if (expected === null) {
    expect(actual, path).toBeUndefined()
    return
  }
  expect(actual, path).toBeDefined()
  if (typeof expected === 'object' && expected !== null && '$exists' in expected) return
  if (typeof expected === 'object' && expected !== null && '$raw' in expected) {
    expect(actual).toBe(expected.$raw)
    return
  }
  if (Array.isArray(expected)) {
    const records = parseLines(actual ?? '').map(comparable)
    expect(differences(expected.map(comparable), records, place.context), path).toEqual([])
    return
  }
  expect(differences(expected, JSON.parse(actual ?? ''), place.context), path).toEqual([])
}

describe('recorded cases of the existing system', () => {
  it('are all here', () => {
    expect(cases.length).toBe(128)
    expect(replayable.length).toBeGreaterThan(90)
  })

  const binding = replayable.filter((golden) => golden.tag !== 'QUIRK')
  it.each(binding.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    const place = new Scratch(golden)
    scratch = place
    for (const index of golden.steps.keys()) playStep(golden, index, place)
    if (golden.name in FILE_EXCEPTIONS) return
    for (const [path, expected] of Object.entries(golden.expected_files)) expectFile(path, expected, place)
  })

  // Accidents of the existing system are not copied; what they were fed must not hurt us.
  const quirks = replayable.filter((golden) => golden.tag === 'QUIRK')
  it.each(quirks.map((golden) => [golden.name, golden] as const))('survives %s', (_name, golden) => {
    const place = new Scratch(golden)
    scratch = place
    for (const step of golden.steps) {
      const result = place.run(step)
      if (!result) continue
      expect(result.exit, result.stderr).not.toBeNull()
      expect(result.stderr).not.toContain('INTERNAL')
      expect(result.stderr).not.toMatch(/\n\s+at /)
      expectHonest(result)
    }
  })
})
