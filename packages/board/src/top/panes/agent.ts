import type { PictureAgent, PictureCollision } from '@rally/core/model/room-picture'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { BoardMessage } from '../../stream/room-news.js'
import { age, cell, clock, cut, cutMiddle, plural, quoted } from '../cells.js'
import type { Theme } from '../theme.js'
import type { Known } from '../view.js'
import { machineName } from './agents.js'
import { happened, timeOf, toneOf } from './happened.js'

export interface AgentOptions {
  readonly columns: number
  readonly rows: number
  readonly now: number
  readonly theme: Theme
}

const LABEL = 9
const MOST_TOLD = 50

/** What is known of one agent: where it is, its files, claims, messages, what it was told and why, its edits. */
export function agentPane(agent: PictureAgent, known: Known, { columns, rows, now, theme }: AgentOptions): string[] {
  const sections: readonly Section[] = [
    { label: 'task', lines: agent.task === '' ? [] : [taskLine(agent)] },
    {
      label: 'files',
      lines: fileLines(agent, known.news.picture.collisions, { columns: columns - LABEL, now, theme }),
    },
    { label: 'claims', lines: agent.claims.length === 0 ? [] : [agent.claims.map(cleanLine).join(', ')] },
    { label: 'told', lines: timelineLines(known, agent, 'told', theme) },
    { label: 'messages', lines: messageLines(known.news.messages, agent, theme) },
    { label: 'edits', lines: timelineLines(known, agent, 'edit', theme) },
  ]
  const shown = sections.filter(({ lines }) => lines.length > 0)
  const counts = share(
    shown.map(({ lines }) => lines.length),
    rows - 1,
  )
  const body = shown.flatMap(({ label, lines }, at) =>
    lines
      .slice(0, counts[at])
      .map((line, index) => theme.dim(cell(index === 0 ? label : '', LABEL)) + cut(line, columns - LABEL)),
  )
  return [cut(whereLine(agent, now), columns), ...body].slice(0, rows)
}

interface Section {
  readonly label: string
  /** The most telling first. */
  readonly lines: readonly string[]
}

/** How many lines each section gets of `rows`: one each first, then in turns, as long as it has more. */
function share(sizes: readonly number[], rows: number): number[] {
  const given = sizes.map(() => 0)
  for (let left = rows, changed = true; left > 0 && changed; ) {
    changed = false
    for (const [at, size] of sizes.entries()) {
      if (left === 0 || (given[at] ?? 0) >= size) continue
      given[at] = (given[at] ?? 0) + 1
      left -= 1
      changed = true
    }
  }
  return given
}

function whereLine(
  { tool, machine, branch, worktree, state, since, unread, children }: PictureAgent,
  now: number,
): string {
  const facts = [
    `${cleanLine(tool)} on ${machine === null ? 'a machine not known' : machineName(machine)}`,
    `${state} ${age(now - since)}`,
    branch === null ? '' : cleanLine(branch),
    worktree === null ? '' : cutMiddle(cleanLine(worktree), 40),
    unread === null || unread === 0 ? '' : `${unread} unread`,
    children === 0 ? '' : plural(children, 'subagent'),
  ]
  return facts.filter(Boolean).join(' · ')
}

const SOURCES: Readonly<Record<PictureAgent['task_source'], string>> = {
  said: '',
  heartbeat: ' (its last check-in)',
  prompt: ' (its last prompt)',
  branch: ' (its branch)',
  none: '',
}

function taskLine({ task, task_source: source }: PictureAgent): string {
  return `${quoted(task)}${SOURCES[source]}`
}

function fileLines(
  { files, session_id: self }: PictureAgent,
  collisions: readonly PictureCollision[],
  { columns, now, theme }: { columns: number; now: number; theme: Theme },
): string[] {
  return files.map(({ path, last_edit: last, changed_since_read: changed }) => {
    const others = collisions
      .filter((one) => one.path === path && one.sessions.some(({ session_id }) => session_id === self))
      .flatMap(({ kind, sessions }) =>
        sessions
          .filter(({ session_id }) => session_id !== self)
          .map(({ name }) => `${cleanLine(name)}${kind === 'merge-risk' ? ' in another working tree' : ' too'}`),
      )
    const more = [...others, ...(changed === true ? ['changed since it looked'] : [])].join(', ')
    const when = last === null ? 'announced' : age(now - last)
    const line = `${cutMiddle(cleanLine(path), Math.max(12, columns - 8 - more.length))}  ${when}${more === '' ? '' : `  ${more}`}`
    return more === '' ? line : theme.yellow(line)
  })
}

/** Newest first. */
function messageLines(messages: readonly BoardMessage[], agent: PictureAgent, theme: Theme): string[] {
  return messages
    .filter(
      ({ session_id: from, recipients }) =>
        from === agent.session_id || recipients.some(({ session_id }) => session_id === agent.session_id),
    )
    .toReversed()
    .map((message) => {
      const { number, from_name: from, to, recipients, text, session_id: sender } = message
      const own = recipients.find(({ session_id }) => session_id === agent.session_id)
      const [only] = recipients
      const whom = only !== undefined && recipients.length === 1 && to !== 'all' ? only.name : to
      const who = sender === agent.session_id ? `to ${cleanLine(whom)}` : `from ${cleanLine(from)}`
      return `#${number} ${who} ${quoted(text, 60)}  ${theme.dim(wayOf(own ?? only))}`
    })
}

/** How far a message got with one recipient. */
function wayOf(row: BoardMessage['recipients'][number] | undefined): string {
  if (row === undefined) return 'stored'
  const { answered_at: answered, acked_at: acked, told_at: told, gone_at: gone, rung_at: rung } = row
  if (answered !== null) return `answered ${clock(answered)}`
  if (acked !== null) return `acknowledged ${clock(acked)}`
  if (told !== null) return `told ${clock(told)}`
  if (gone !== null) return `gone since ${clock(gone)}, not told`
  return rung === null ? 'not told yet' : `rung ${clock(rung)}, not told yet`
}

/** Newest first. */
function timelineLines({ timeline }: Known, agent: PictureAgent, type: 'told' | 'edit', theme: Theme): string[] {
  return timeline
    .filter((entry) => entry.type === type && entry.session_id === agent.session_id)
    .slice(-MOST_TOLD)
    .toReversed()
    .map((entry) => {
      const tone = toneOf(entry)
      const words = happened(entry).replace(/^(is told|edits) /, '')
      return `${theme.dim(clock(timeOf(entry)))} ${tone === undefined ? words : theme[tone](words)}`
    })
}
