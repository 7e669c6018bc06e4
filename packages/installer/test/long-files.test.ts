import { applyPatch } from 'diff'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consentStrategy } from '../src/consent-strategy.js'
import type { ContentStrategy } from '../src/content-strategy.js'
import { mcpStrategy } from '../src/mcp-strategy.js'
import { findOwnEntries } from '../src/own-entries.js'
import { dialectOf, planEntries, planRemoval } from '../src/plan-entries.js'
import { refusing } from '../src/refusal.js'
import { applyUndo, makeUndo, renderDiff } from '../src/text-diff.js'
import { dice, settings, spellJson } from './support/generate.js'
import { commentedFile, newer, strictFile } from './support/templates.js'

// Long files are not taken apart, nor compared, as short ones are. What comes out is the same.

const events = ['SessionStart', 'PreToolUse', 'Stop']
const texts = fc
  .tuple(settings('alpha', events), dice)
  .map(([value, numbers]) => spellJson(value, { comments: false, numbers }))
  .filter((text) => text.trim().startsWith('{') && refusing(() => planEntries(text, strictFile, 'alpha')).ok)

/** The settings with one more, which is as long as it was asked for, at the end or at the beginning. */
function padded(text: string, { length, isFirst }: { length: number; isFirst: boolean }): string {
  const member = `"padding": "${'x'.repeat(length)}"`
  const isEmpty = /^\s*\{\s*\}\s*$/.test(text)
  if (isEmpty) return text.replace('{', `{${member}`)
  return isFirst ? text.replace('{', `{${member}, `) : text.replace(/\}(\s*)$/, `, ${member}}$1`)
}

test('a long file is changed as a short one with the same settings', () => {
  fc.assert(
    fc.property(texts, fc.boolean(), (text, isFirst) => {
      const short = padded(text, { length: 1, isFirst })
      const long = padded(text, { length: 120_000, isFirst })
      const asShort = (one: string) => one.replace(/"x{120000}"/, '"x"')
      const wanted = planEntries(short, strictFile, 'alpha')
      const planned = planEntries(long, strictFile, 'alpha')
      expect({ ...planned, text: asShort(planned.text) }).toEqual(wanted)
      const upgraded = planEntries(planned.text, newer(strictFile), 'alpha', long).text
      expect(asShort(upgraded)).toBe(planEntries(wanted.text, newer(strictFile), 'alpha', short).text)
      const gone = planRemoval(upgraded, newer(strictFile), 'alpha', long).text
      expect(findOwnEntries(JSON.parse(gone), 'alpha', strictFile.entries).entries).toEqual([])
      expect(asShort(gone)).toBe(planRemoval(asShort(upgraded), newer(strictFile), 'alpha', short).text)
    }),
    { numRuns: 50 },
  )
})

const dialect = dialectOf(strictFile)
const COMMAND = 'a "quoted\\\\" \\u005b command } ] with words enough to be folded: folded:3 folded:12'

test('what is folded comes back as it was, whatever it looks like', () => {
  const hook = (n: number) => ({ matcher: `m${n}`, hooks: [{ command: COMMAND }] })
  // Every hundredth is of rally; between those, hooks of others have two stand-ins.
  const Stop = Array.from({ length: 900 }, (_, n) => (n % 100 === 50 ? { command: `rally-hook x ${n}` } : hook(n)))
  const value = {
    hooks: { Stop, PreToolUse: [hook(1)] },
    env: { A: { b: [COMMAND, COMMAND] }, B: { b: [COMMAND, COMMAND] } },
  }
  for (const text of [
    JSON.stringify(value),
    JSON.stringify(value, null, 1),
    JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n'),
  ]) {
    const folded = dialect.fold?.(text)
    expect(folded?.text.length).toBeLessThan(text.length / 20)
    const short = JSON.parse(folded?.text ?? '')
    expect(short.hooks.Stop).toHaveLength(9 + 2 * 10)
    expect(short.hooks.Stop.filter((one: object) => !Array.isArray(one))).toEqual(Stop.filter((_, n) => n % 100 === 50))
    expect([short.hooks.PreToolUse.length, Object.keys(short.env.A), Object.keys(short.env.B)]).toEqual([
      1,
      ['b'],
      ['b'],
    ])
    expect(folded?.restore(folded.text)).toBe(text)
    // Nothing that was folded may be lost, come twice, or come in another order.
    const [first = '', second = ''] = folded?.text.match(/\["folded:+\d+"\s*\]/g) ?? []
    for (const [from, to] of [
      [first, '1'],
      [first, second],
      [second, first],
    ] as const)
      expect(folded?.restore(folded.text.replace(from, to))).toBeUndefined()
  }
  expect(dialect.fold?.('{}')).toBeUndefined()
})

test('so it is with comments between, and inside of what is folded', () => {
  const group = `{ "matcher": "m", // {"[ "one" }\n "hooks": [{ /* ] " */ "command": ${JSON.stringify(COMMAND)} }] }`
  const ours = `{ "hooks": [{ "command": "rally-hook beta Stop" }] /* } */ }`
  const Stop = Array.from({ length: 1_500 }, (_, n) => (n === 700 ? ours : group))
  const text = `{ // mine\n "hooks": {\n  "Stop": [${Stop.join(',\n ')} /* the last */]\n }\n}`
  const folded = dialectOf(commentedFile).fold?.(text)
  expect(folded?.text.length).toBeLessThan(1_000)
  expect(folded?.text).toContain('/* the last */')
  expect(folded?.restore(folded.text)).toBe(text)
  const planned = planEntries(text, commentedFile, 'beta').text
  expect(planned).toContain(group)
  expect(planRemoval(planned, commentedFile, 'beta', text).text).toBe(text.replace(`${ours},\n `, ''))
  expect(refusing(() => planEntries(text.replace('// mine', '/ mine'), commentedFile, 'beta')).ok).toBe(false)
  expect(refusing(() => planEntries(text, strictFile, 'alpha')).ok).toBe(false)
})

const settingsOf = (length: number) => ({
  permissions: { allow: ['Bash(ls)', ...Array.from({ length }, (_, n) => ({ [`not ${n}`]: COMMAND })), 'Read'] },
  hooks: { Stop: Array.from({ length }, () => ({ hooks: [{ command: COMMAND }] })) },
})
const consent = {
  dialect: 'json',
  at: ['permissions', 'allow'],
  each: 'Bash(rally {command}:*)',
  empty: '{}\n',
} as const
const PARTS: readonly [name: string, ContentStrategy][] = [
  ['rules', consentStrategy({ ...consent, scope: 'user', path: 'x', installs: ['user'], without: '' }, 'x')],
  [
    'a permission',
    mcpStrategy({ ...consent, scope: 'user', path: 'x', purpose: 'permission', value: 'mcp__rally', list: true }),
  ],
  [
    'a server',
    mcpStrategy({
      ...consent,
      scope: 'user',
      path: 'x',
      purpose: 'server',
      at: ['mcpServers', 'rally'],
      value: { command: 'rally', args: ['mcp'] },
    }),
  ],
]

test.each(PARTS)('%s in a long file, put in and taken out without taking the rest apart', (_name, strategy) => {
  const [short, long] = [2, 3_000].map((length) => Buffer.from(JSON.stringify(settingsOf(length), null, 2)))
  if (short === undefined || long === undefined) throw new Error('there are two')
  const added = (bytes: Buffer, before: Buffer) => {
    const old = new Set(before.toString().split('\n'))
    return bytes
      .toString()
      .split('\n')
      .filter((one) => !old.has(one))
  }
  const [inShort, inLong] = [short, long].map((bytes) => strategy.install(bytes))
  expect(inLong?.changes).toEqual(inShort?.changes)
  if (inShort?.bytes === undefined || inLong?.bytes === undefined) throw new Error('both have bytes')
  expect(added(inLong.bytes, long)).toEqual(added(inShort.bytes, short))
  expect(added(inShort.bytes, short)).not.toEqual([])
  for (const [bytes, before] of [
    [inShort.bytes, short],
    [inLong.bytes, long],
  ] as const) {
    expect(strategy.holdsOurs(bytes)).toBe(true)
    const gone = strategy.remove(bytes, { bytes: before, undo: null })
    expect(gone.bytes?.equals(before)).toBe(true)
    expect(gone.changes.map(({ action }) => action)).toEqual(inShort.changes.map(() => 'remove'))
  }
})

test('the way back of a long text leads back, and its diff is one', () => {
  const line = fc.constantFrom('{', '}', '},', '  "a": 1,', '  "b": 2', '', 'x')
  const change = fc.record({ at: fc.nat(9_000), gone: fc.nat(3), lines: fc.array(line, { maxLength: 12 }) })
  const ends = fc.constantFrom('', '\n')
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), ends, ends, (changes, end, newEnd) => {
      const before = Array.from({ length: 9_000 }, (_, n) => (n % 5 === 0 ? '    {' : `      "key${n}": ${n % 7},`))
      const after = [...before]
      for (const { at, gone, lines } of changes) after.splice(at, gone, ...lines)
      const [a, b] = [before.join('\n') + end, after.join('\n') + newEnd]
      expect(applyUndo(b, makeUndo(b, a))).toBe(a)
      if (a !== b) expect(applyPatch(a, renderDiff('/f', a, b))).toBe(b)
    }),
    { numRuns: 15 },
  )
})

test('texts that have little in common are compared all the same', () => {
  const text = (word: string) => Array.from({ length: 4_000 }, (_, n) => `${word} ${n} and so on\n`).join('')
  expect(applyUndo(text('b'), makeUndo(text('b'), text('a')))).toBe(text('a'))
})
