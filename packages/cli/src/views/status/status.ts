import { HOOK_WORDS } from '@rally/core/rules/host/hook-words'
import type { MessageSummary } from '@rally/core/rules/inbox/summarize-message'
import { authorOf } from '@rally/core/rules/log/author'
import type { SurfaceRecord } from '@rally/core/rules/log/sanitize-for-surface'
import type { HostGroup } from '@rally/core/rules/roster/group-by-host'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'
import { epochOf } from '@rally/core/rules/text/recency'
import type { StatusReport } from '@rally/core/usecases/status/read-status'
import type { RelayState } from '../../relay/relay-state.js'
import type { Style, Terminal } from '../../terminal.js'
import { describeAge, describeChange } from '../log/changes.js'
import { blockingAnswer } from '../picture/blocking-answer.js'
import { renderPicture } from '../picture/picture.js'
import { waitingText } from '../setup/relay.js'
import { describeAction } from '../text/actions.js'
import { plural, quotePeer, wrapLine } from '../text/lines.js'
import { oneOf } from '../text/who.js'

/** Columns of the label in front of a section. */
const LABEL = 10
/** Below this width beside a label a section stands under it. */
const NARROW = 20
const SHOWN_CHANGES = 3

interface Section {
  readonly label: string
  readonly lines: readonly string[]
  readonly paint?: keyof Style
}

/** What is shown that the room itself does not say. */
interface Beside {
  readonly relay?: RelayState | null | undefined
  /** Why no hook of rally does anything here, with what undoes it. */
  readonly silence?: string | undefined
  /** What the repository's own file takes away. */
  readonly quieter?: readonly string[] | undefined
}

/** A room in one glance: may I go on, who is here, what is unread, what is wrong. Sections with nothing to say are left out. */
export function renderStatus(
  report: StatusReport,
  screen: Terminal & Beside & { readonly now: number; readonly ids?: boolean; readonly all?: boolean },
): string {
  const action = adviceOn(report)
  const sections: readonly Section[] = [
    { label: 'do', lines: action === '' ? [] : [action], paint: 'bold' },
    { label: 'you', lines: describeYou(report) },
    { label: 'hooks', lines: describeHooks(report.hosts, screen) },
    { label: 'unread', lines: describeUnread(report, screen.now) },
    { label: 'task', lines: describeTask(report) },
    ...describeRelay(screen.relay),
    {
      label: 'news',
      lines: newestFirst(ofOthers(report)).map((row) => describeChange(row, screen.now)),
    },
  ]
  return [renderPicture(report.picture, screen), ...sections.flatMap((section) => renderSection(section, screen))].join(
    '\n',
  )
}

/** One's own records are no news. */
function ofOthers({ new_changes: rows, session_id: self }: StatusReport): SurfaceRecord[] {
  return rows.filter((row) => self === null || authorOf(row) !== self)
}

function describeRelay(relay: RelayState | null | undefined): Section[] {
  if (!relay) return []
  const waiting = waitingText(relay)
  const how = relay.running ? relay.state : 'not running: rally relay'
  const line = `${relay.key} on ${relay.server} · ${how}${waiting === '' ? '' : ` · ${waiting}`}`
  return [{ label: 'relay', lines: [line], ...(relay.state === 'current' ? {} : { paint: 'yellow' as const }) }]
}

function renderSection({ label, lines, paint }: Section, { columns, style }: Terminal): string[] {
  const room = columns === undefined ? undefined : columns - LABEL
  if (room !== undefined && room < NARROW) {
    return lines.flatMap((line) => wrapLine(`${label} ${line}`, columns))
  }
  const colour = paint === undefined ? (text: string) => text : style[paint]
  return lines
    .flatMap((line) => wrapLine(line, room))
    .map((line, index) => style.dim((index === 0 ? label : '').padEnd(LABEL)) + colour(line))
}

/** What to do about the state of a room, for the session that asks; nothing where there is nothing to do. */
export function adviceOn({
  picture,
  because,
  required_action,
  session_id: self,
  task_heartbeat: task,
}: StatusReport): string {
  const answer = blockingAnswer(picture)
  if (answer !== undefined) return `answer it: ${answer}`
  const ref = task.expected_ref ?? task.latest?.task_ref
  if (required_action === 'review_task_heartbeat_health' && ref != null) {
    return `${describeAction(required_action)}: rally heartbeat --task-ref ${quoteForShell(ref)} --progress "…"`
  }
  if (because[0]?.code !== 'collision') return describeAction(required_action)
  const others = picture.collisions[0]?.sessions.filter(({ session_id }) => session_id !== self) ?? []
  const name = cleanLine(others[0]?.name ?? '')
  return `agree who changes it: rally tell ${name} "…"`
}

/** Hosts that run here while their hooks do not, and what the repository changed for everybody. */
function describeHooks(hosts: readonly HostGroup[], { silence, quieter = [] }: Beside): string[] {
  const trouble = hosts
    .filter(({ session_count, hooks }) => session_count > 0 && hooks !== 'installed' && hooks !== 'unknown')
    .map(({ id, hooks }) => {
      const isMissing = hooks === 'absent' || hooks === 'stale'
      const why = isMissing || silence === undefined ? `${HOOK_WORDS[hooks]}: ` : ''
      const cure = isMissing ? `rally hooks install --host ${id}` : (silence ?? 'rally hooks status')
      return cleanLine(`${id}: ${why}${cure}`)
    })
  return [...trouble, ...quieter.map(cleanLine)]
}

/** Said only where it cannot be told. */
function describeYou({ session_candidates: candidates }: StatusReport): string[] {
  return candidates.length === 0 ? [] : [oneOf(candidates)]
}

function describeUnread(report: StatusReport, now: number): string[] {
  if (report.inbox_unread_count === 0) return []
  const { direct, broadcast } = report.inbox_unread_counts
  const parts = [direct > 0 ? `${direct} for you` : '', broadcast > 0 ? `${broadcast} for everybody` : '']
  const head = `${parts.filter(Boolean).join(', ')}: rally inbox read, then rally ack-inbox`
  return [head, ...report.inbox_latest_messages.map((message) => `  ${describeMessage(message, now)}`)]
}

function describeMessage(
  { from, from_name: name, kind, preview, ts, requires_ack }: MessageSummary,
  now: number,
): string {
  const what = preview === undefined ? kind : quotePeer(preview)
  return `${cleanLine(name ?? from)}, ${describeAge(ts, now)}: ${what}${requires_ack ? ' (asks you to acknowledge)' : ''}`
}

function describeTask({ task_heartbeat: task }: StatusReport): string[] {
  if (task.health === 'none') return []
  const ref = cleanLine(task.expected_ref ?? task.latest?.task_ref ?? '')
  const missed = task.missed_count > 0 ? `, ${plural(task.missed_count, 'check-in')} missed` : ''
  const reason = task.latest?.attention_reason
  const words = task.health.replaceAll('_', ' ')
  const instead = task.health === 'wrong_task' ? ` (on ${cleanLine(task.latest?.task_ref ?? '')})` : ''
  return [`${ref}: ${words}${instead}${missed}${reason ? ` ${quotePeer(reason)}` : ''}`]
}

function newestFirst(changes: readonly SurfaceRecord[]): readonly SurfaceRecord[] {
  const time = ({ ts }: SurfaceRecord) => epochOf(ts) ?? 0
  return [...changes]
    .reverse()
    .sort((a, b) => time(b) - time(a))
    .slice(0, SHOWN_CHANGES)
}
