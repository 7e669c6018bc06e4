import { type Chance, seeded } from '../simulator/seeded.js'

const HOSTILE: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, 4.1e9, '', 'x', [], {}, [[]], { a: { b: {} } }, '\u0000', '\ud800', '../../etc/passwd'],
  ...[
    'x'.repeat(5000),
    '*** Begin Patch\n*** Update File: a\n',
    '{"a":1}',
    'NaN',
    '1e999',
    '\u2028',
    '-',
    '.',
    '2026-99-99',
  ],
  ...[
    Number.MAX_SAFE_INTEGER + 1,
    -0,
    'toString',
    '__proto__',
    'constructor',
    ['a', 1, null],
    { length: -1 },
    '+1d',
    '%s',
  ],
]
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'session_id',
  'tool_input',
  'payload',
  'event',
  'ts',
  'revision',
  'cwd',
]

/** Inputs made from real ones: a value replaced, a key renamed, bytes changed, cut or doubled. */
export function createMutator(samples: readonly string[], seed: number): () => { text: string; seed: number } {
  const chance = seeded(seed)
  return () => {
    const one = chance.below(2 ** 31)
    return { text: mutated(samples, seeded(one)), seed: one }
  }
}

function mutated(samples: readonly string[], chance: Chance): string {
  let text = chance.pick(samples)
  for (let more = 1 + chance.below(4); more > 0; more--)
    text = chance.oneIn(3) ? bruise(text, chance) : twist(text, chance)
  return text
}

/** Still JSON, with something in it that nobody expects there. */
function twist(text: string, chance: Chance): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return bruise(text, chance)
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(chance.pick(HOSTILE))
  let place = value as Record<string, unknown>
  for (;;) {
    const keys = Object.keys(place)
    const key = keys.length === 0 || chance.oneIn(6) ? chance.pick(KEYS) : chance.pick(keys)
    const below = Object.hasOwn(place, key) ? place[key] : undefined
    if (typeof below === 'object' && below !== null && !chance.oneIn(3)) {
      place = below as Record<string, unknown>
      continue
    }
    if (chance.oneIn(8)) delete place[key]
    else
      Object.defineProperty(place, key, {
        value: chance.pick(HOSTILE),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    return JSON.stringify(value)
  }
}

function bruise(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1)
  const end = Math.min(text.length, at + chance.below(12))
  const middle = chance.pick([
    '',
    '',
    '"',
    '\\',
    '}',
    ']',
    '{',
    '[',
    '\u0000',
    '\n',
    '\u2028',
    text.slice(at, end).repeat(2),
    '9'.repeat(400),
  ])
  return text.slice(0, at) + middle + text.slice(end)
}
