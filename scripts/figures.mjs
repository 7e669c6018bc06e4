// Measured figures stand once, in docs/figures.json; this writes them into every page that shows them.
//   node scripts/figures.mjs [--check]     --check writes nothing and fails where a page shows other figures
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ready.mjs'
import { fillSection, hasSection, readSection, table } from './sections.mjs'

const { unit, where, sessions, calls, told, install } = JSON.parse(
  readFileSync(join(root, 'docs/figures.json'), 'utf8'),
)
const measured = (command) => `Measured with \`${command}\` on ${where}; ${unit}.`
const means = sessions.rows.map(({ mean }) => mean)
const call = (beginning) => calls.rows.find((row) => row.call.startsWith(beginning)).small

const SECTIONS = {
  'figures: edits': [
    measured(sessions.command),
    table(
      ['agents', 'edits that start no program', 'such an edit', 'all edits, mean', 'the same two in a large room'],
      sessions.rows.map(({ agents, silent, gate, mean, largeGate, largeMean }) => [
        ...[agents, silent, gate, mean],
        `${largeGate}, ${largeMean}`,
      ]),
    ),
  ].join('\n\n'),
  'figures: calls': [
    measured(calls.command),
    table(
      ['call', 'how often', '1,000 records, 50 sessions', '100,000 records, 500 sessions'],
      calls.rows.map(({ call: name, often, small, large }) => [name, often, small, large]),
    ),
  ].join('\n\n'),
  'figures: told': [
    `Measured with \`${told.command}\`, for a session of 30 tool calls with another agent beside it.`,
    table(
      ['meanwhile', 'greeting', 'in 30 tool calls', 'calls that say something', 'tokens, about'],
      told.rows.map(({ meanwhile, greeting, calls: characters, saying, tokens }) => [
        ...[meanwhile, greeting, characters, saying, tokens],
      ]),
    ),
  ].join('\n\n'),
  'figures: in short': table(
    ['what', 'how often', 'cost'],
    [
      [
        'an edit, all in all',
        `each; ${sessions.rows[0].silent} start no program when an agent is alone`,
        `${means[0]} alone, ${means[1]} among four agents, ${means[2]} among eight`,
      ],
      ['an edit with a warning', 'once for each file and peer', call('an edit with a warning')],
      ['a prompt', 'each', call('a prompt')],
      ['a session that starts', 'each', call('a session that starts')],
      [
        'text in the context of a model',
        'nothing when alone; a greeting when others are here',
        `greeting ${told.rows[0].tokens} tokens; a message of 80 characters ${told.rows[1].tokens - told.rows[0].tokens}`,
      ],
      ['installation', 'once', `${install.size}, ${install.packages} packages, no install script`],
    ],
  ),
}

const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${name}`)]
const check = process.argv.includes('--check')
const shown = new Set()
let stale = 0
for (const page of pages.filter((name) => name.endsWith('.md'))) {
  const before = readFileSync(join(root, page), 'utf8')
  let after = before
  for (const [name, content] of Object.entries(SECTIONS).filter(([name]) => hasSection(before, name))) {
    shown.add(name)
    if (readSection(before, name) !== content) after = fillSection(after, name, content)
  }
  if (after === before) continue
  stale += 1
  if (check) process.stderr.write(`${page} shows other figures than docs/figures.json; run: node scripts/figures.mjs\n`)
  else writeFileSync(join(root, page), after)
}
const unused = Object.keys(SECTIONS).filter((name) => !shown.has(name))
if (unused.length > 0) process.stderr.write(`no page shows ${unused.join(', ')}\n`)
process.exitCode = unused.length > 0 || (check && stale > 0) ? 1 : 0
