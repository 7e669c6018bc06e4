import type { Config } from '@oclif/core/config'
import type { Terminal } from './terminal.js'
import { displayWidth } from './views/text/display-width.js'
import { wrapLine } from './views/text/lines.js'

/** Commands by their first word, by what they are for. Each stands once; what is named nowhere comes last, with the plugins'. */
export const HELP_GROUPS: Readonly<Record<string, readonly string[]>> = {
  See: ['status', 'roster', 'watch', 'top', 'web', 'log', 'who', 'why', 'cost', 'checkpoint', 'where', 'statusline'],
  Speak: [
    'tell',
    'ask',
    'reply',
    'sent',
    'inbox',
    'ack-inbox',
    'handoff',
    'handoffs',
    'escalate',
    'ring',
    'post',
    'retract',
  ],
  Protect: ['claim', 'claims', 'release', 'guard', 'presence', 'heartbeat', 'stop'],
  'Set up': [
    'hooks',
    'hosts',
    'mcp',
    'doctor',
    'compact',
    'relay',
    'plugins',
    'upgrade',
    'completion',
    'autocomplete',
    'help',
  ],
  Orchestrators: ['lead', 'standby', 'wake', 'wake-due', 'status-post', 'status-read', 'run', 'boundary'],
}
const REST = 'More'
/** Below this width what a command does stands under it. */
const NARROW = 50

interface Entry {
  readonly word: string
  readonly summary: string
  /** What may follow the word. */
  readonly more: readonly string[]
}

/** The first page of help: every command once, by groups. */
export function rootHelp(config: Config, { columns, style }: Pick<Terminal, 'columns' | 'style'>): string {
  const entries = entriesOf(config)
  const grouped = new Set(Object.values(HELP_GROUPS).flat())
  const rest = [...entries.keys()].filter((word) => !grouped.has(word)).sort()
  const width = Math.max(...[...entries.keys()].map(displayWidth))
  const groups = [...Object.entries(HELP_GROUPS), [REST, rest] as const]
  const lines = groups.flatMap(([title, words]) => {
    const shown = words.flatMap((word) => entries.get(word) ?? [])
    if (shown.length === 0) return []
    return ['', style.bold(title), ...shown.flatMap((entry) => entryLines(entry, width, columns))]
  })
  return [
    ...wrapLine('rally: the room where coding agents on one repository meet', columns),
    '',
    ...wrapLine('rally  shows the room; rally COMMAND --help  tells more of a command', columns),
    ...wrapLine('rally help exit-codes, rally help CODE  explain what a command ended with', columns),
    ...lines,
  ].join('\n')
}

function entryLines({ word, summary, more }: Entry, width: number, columns: number | undefined): string[] {
  const text = more.length === 0 ? summary : `${summary} (${more.join(', ')})`
  if (columns !== undefined && columns < NARROW) return wrapLine(`  ${word}  ${text}`, columns)
  const room = columns === undefined ? undefined : columns - width - 4
  return wrapLine(text, room).map((line, at) => `  ${(at === 0 ? word : '').padEnd(width)}  ${line}`)
}

function entriesOf(config: Config): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const { id, summary: short, description, hidden } of config.commands) {
    if (hidden) continue
    const summary = short || description?.replaceAll('<%= config.bin %>', config.bin).split('\n', 1)[0]
    const [word = id, ...deeper] = id.split(':')
    const known = entries.get(word)
    const own = deeper.length === 0 ? (summary ?? '') : undefined
    const topic = config.findTopic(word)?.description ?? ''
    entries.set(word, {
      word,
      summary: own ?? (known?.summary || topic || summary || ''),
      more: [...(known?.more ?? []), ...(deeper.length === 0 ? [] : [deeper.join(' ')])].sort(),
    })
  }
  return entries
}
