// Start-up of ordinary commands against a bare `node -e 0`, and how `status` grows with the room.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BARE_NODE, ratio, renderTable } from './paired.mjs'
import { makeRoom } from './rooms.mjs'

const rally = [process.execPath, join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/rally.cjs')]

const COMMANDS = [
  ['--version'],
  [],
  ['statusline'],
  ['where'],
  ['presence', '--task', 'bench'],
  ['heartbeat', '--task-ref', 'T'],
  ['post', 'feedback', '--message', 'hello'],
  ['ack-inbox'],
  ['status'],
  ['roster'],
]

const AS_TEXT = ['--version', 'statusline']

/** Rows of every command in a room of 10 records and one session. */
export function measureCommands(runs) {
  const room = makeRoom({ records: 10, sessions: 1 })
  try {
    return COMMANDS.map((words) => {
      // The version is no document, and a status line is kept as text.
      const asJson = AS_TEXT.includes(words[0]) ? [] : ['--json']
      const result = ratio([...rally, ...words, ...asJson], BARE_NODE, {
        runs,
        options: { cwd: room.repo, env: room.env },
      })
      return [
        `rally ${words[0] ?? ''}`.trim(),
        'bare node',
        result.ratio,
        result.a,
        result.b,
        result.statuses.join('/'),
      ]
    })
  } finally {
    room.remove()
  }
}

/** `status` in a large room against itself in a small one, warm. */
export function measureGrowth(runs) {
  const small = makeRoom({ records: 10, sessions: 1 })
  const large = makeRoom({ records: 100_000, sessions: 500 })
  try {
    const status = [...rally, 'status', '--json']
    const result = ratio(status, status, {
      runs,
      options: { cwd: large.repo, env: large.env },
      optionsB: { cwd: small.repo, env: small.env },
    })
    return [
      [
        'rally status, 100,000 records, 500 sessions',
        'itself at 10 and 1',
        result.ratio,
        result.a,
        result.b,
        result.statuses.join('/'),
      ],
    ]
  } finally {
    small.remove()
    large.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const runs = Number(process.argv[2] ?? 21)
  const rows = [...measureCommands(runs), ...measureGrowth(runs)]
  process.stdout.write(`${renderTable(['what', 'against', 'ratio', 'ms', 'ms against', 'exit'], rows)}\n`)
}
