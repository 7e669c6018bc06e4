import fc from 'fast-check'

/** Draws white space, comments and spellings from a list of numbers, so that a failing text shrinks. */
class Dice {
  #at = 0
  constructor(readonly numbers: readonly number[]) {}
  next(sides: number): number {
    const number = this.numbers[this.#at % this.numbers.length] ?? 0
    this.#at += 1
    return number % sides
  }
  pick(options: readonly string[]): string {
    return options[this.next(options.length)] ?? ''
  }
}

const keys = fc.constantFrom('a', 'b', 'model', 'env', 'é', 'x y', '__proto__', '10', '"q"', 'hook')
const words = fc.oneof(
  fc.constantFrom('', '//', '/* x */', '},{', '# no', 'https://e.org', '"'),
  fc.string({ maxLength: 6 }),
)
const scalar = fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null))

const commands = (host: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    'echo hi',
    `log; rally-hook ${host} Stop`,
    `rally-hook ${host} Stop`,
    `/opt/bin/rally hook ${host} Stop`,
    'rally-hook omega Stop',
  )

const group = (host: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record(
        {
          matcher: words,
          hooks: fc.array(fc.record({ type: fc.constant('command'), command: commands(host) }), { maxLength: 3 }),
        },
        { requiredKeys: ['hooks'] },
      ),
    },
    { weight: 1, arbitrary: fc.record({ command: commands(host) }) },
    { weight: 1, arbitrary: scalar },
  )

/** Settings of a host as a value: foreign keys, and a hooks object of several shapes. */
export function settings(host: string, events: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const foreign = fc.dictionary(
    keys,
    fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(keys, scalar, { maxKeys: 3 })),
    { maxKeys: 4 },
  )
  const hooks = fc.option(
    fc.dictionary(fc.constantFrom(...events, 'Other'), fc.array(group(host), { maxLength: 3 }), { maxKeys: 4 }),
    { nil: undefined },
  )
  return fc
    .tuple(foreign, hooks, foreign)
    .map(([before, inner, after]) => ({ ...before, ...(inner ? { hooks: inner } : {}), ...after }))
}

export interface Spelling {
  readonly comments: boolean
  readonly numbers: readonly number[]
}

export const dice = fc.array(fc.nat({ max: 997 }), { minLength: 1, maxLength: 40 })

/** The value as JSON text with white space and comments anywhere they may stand. */
export function spellJson(value: unknown, { comments, numbers }: Spelling): string {
  const roll = new Dice(numbers)
  const eol = roll.pick(['\n', '\n', '\r\n'])
  const style = roll.next(4)
  const trivia = (depth: number): string => {
    if (style === 0) return ''
    const blank =
      style === 1 ? `${eol}${'  '.repeat(depth)}` : roll.pick(['', ' ', `${eol}${'\t'.repeat(depth)}`, `${eol}${eol} `])
    const comment = comments ? roll.pick(['', '', '', '/* c */', `// d${eol}`, `/* e${eol} */`]) : ''
    return roll.next(2) === 0 ? blank + comment : comment + blank
  }
  const write = (item: unknown, depth: number): string => {
    if (Array.isArray(item)) {
      const members = item.map((one) => trivia(depth + 1) + write(one, depth + 1))
      return `[${members.join(`${trivia(depth + 1)},`)}${trivia(depth)}]`
    }
    if (typeof item === 'object' && item !== null) {
      const members = Object.entries(item).map(
        ([key, one]) =>
          `${trivia(depth + 1)}${JSON.stringify(key)}${trivia(depth + 1)}:${trivia(depth + 1)}${write(one, depth + 1)}`,
      )
      return `{${members.join(`${trivia(depth + 1)},`)}${trivia(depth)}}`
    }
    return JSON.stringify(item)
  }
  return trivia(0) + write(value, 0) + trivia(0)
}

const tomlLine = fc.constantFrom(
  'a = 1',
  'b = "x" # c',
  '# comment',
  '',
  '  indented = [1, 2]',
  'c = """\n[[hooks.PreToolUse]]\n"""',
  'd.e = 1979-05-27',
  '"q.r" = { x = 1 }',
  "s = 'l' ",
  '\t',
)
const tomlBlock = (host: string): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    fc.constant([]),
    fc.constant(['[[hooks.Stop]]', 'matcher = "m" # keep', '# inside', '[[hooks.Stop.hooks]]', 'command = "echo"', '']),
    fc.constant([
      '[[hooks.PreToolUse]]',
      '[[hooks.PreToolUse.hooks]]',
      `command = "rally-hook ${host} PreToolUse"`,
      '# behind',
    ]),
    fc.constant([
      '[[hooks.PreToolUse]]',
      '[[hooks.PreToolUse.hooks]]',
      'command = "echo"',
      '[[hooks.PreToolUse.hooks]]',
      `command = "rally-hook ${host} PreToolUse"`,
    ]),
    fc.constant(['[hooks.Other]', 'x = 1']),
  )

/** A TOML text; not all of them are legal (keys may collide), so filter by parsing. */
export function tomlText(host: string): fc.Arbitrary<string> {
  const top = fc.uniqueArray(tomlLine, { maxLength: 6 })
  const tables = fc.uniqueArray(fc.constantFrom('[t]', '[t.u] # u', '[[list]]', "['z w']"), { maxLength: 3 })
  const head = fc.constantFrom(
    '',
    '[hooks]',
    '[hooks]\nPreToolUse = []',
    '[hooks]\nPreToolUse = [\n {x = 1}, # y\n {x = 2} # z\n]',
    'hooks.Stop = []',
  )
  return fc
    .tuple(
      top,
      head,
      tables,
      fc.array(tomlBlock(host), { maxLength: 3 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('', '\n', '\n\n', '\n# end'),
      fc.boolean(),
    )
    .map(([lines, hooks, headers, blocks, eol, end, tablesFirst]) => {
      const middle = headers.flatMap((header, i) => [header, `k${i} = ${i}`])
      const parts = tablesFirst
        ? [...lines, ...middle, hooks, ...blocks.flat()]
        : [...lines, hooks, ...blocks.flat(), ...middle]
      return (parts.join('\n') + end).replaceAll('\n', eol)
    })
}
