import { num, obj, str } from '@rally/core/readers'
import type { MessageSummary } from '@rally/core/rules/inbox/summarize-message'
import type { SurfaceRecord } from '@rally/core/rules/log/sanitize-for-surface'
import type { HostGroup, HostSession } from '@rally/core/rules/roster/group-by-host'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { epochOf } from '@rally/core/rules/text/recency'
import type { StatusReport } from '@rally/core/usecases/status/read-status'
import type { RelayState } from '../../relay/relay-state.js'
import type { Style, Terminal } from '../../terminal.js'
import { describeAge, describeChange } from '../log/changes.js'
import { waitingText } from '../setup/relay.js'
import { describeAction } from '../text/actions.js'
import { few, fitLine, plural, quotePeer, wrapLine } from '../text/lines.js'
import { oneOf, who } from '../text/who.js'

/** Columns of the label in front of a section. */
const LABEL = 10
const SHOWN_CHANGES = 3

interface Section {
  readonly label: string
  readonly lines: readonly string[]
  readonly paint?: keyof Style
}

/** A room in one glance: may I go on, who is here, what is unread, what is wrong. Sections with nothing to say are left out. */
export function renderStatus(
  report: StatusReport & { readonly relay?: RelayState | null },
  screen: Terminal & { readonly now: number; readonly ids?: boolean },
): string {
  const { columns, style, ids = false } = screen
  const paint = { clear: style.green, warn: style.yellow, blocked: style.red }[report.status]
  const head = `${paint(report.status)}  ${style.dim(fitLine(`${report.app_slug} · revision ${report.revision}`, columns))}`
  const action = describeAction(report.required_action)
  const sections: readonly Section[] = [
    { label: 'do', lines: action === '' ? [] : [action], paint: 'bold' },
    { label: 'you', lines: describeYou(report) },
    { label: 'here', lines: describeHosts(report.hosts, ids) },
    { label: 'unread', lines: describeUnread(report, screen.now) },
    { label: 'task', lines: describeTask(report) },
    {
      label: 'escalated',
      lines: report.open_escalations.map((row) => describeEscalation(row, screen.now)),
      paint: 'red',
    },
    {
      label: 'verdicts',
      lines: report.unresolved.map(
        (one) => `step ${cleanLine(one.step)}: ${cleanLine(one.verdict)} by ${cleanLine(one.actor)}`,
      ),
      paint: 'red',
    },
    { label: 'overlap', lines: describeOverlaps(report, ids), paint: 'yellow' },
    { label: 'changed', lines: describeDirty(report), paint: 'yellow' },
    ...describeRelay(report.relay),
    { label: 'news', lines: newestFirst(report.new_changes).map((row) => describeChange(row, screen.now)) },
  ]
  return [head, ...sections.flatMap((section) => renderSection(section, screen))].join('\n')
}

function describeRelay(relay: RelayState | null | undefined): Section[] {
  if (!relay) return []
  const waiting = waitingText(relay)
  const how = relay.running ? relay.state : 'not running: rally relay'
  const line = `${relay.key} on ${relay.server} · ${how}${waiting === '' ? '' : ` · ${waiting}`}`
  return [{ label: 'relay', lines: [line], ...(relay.state === 'current' ? {} : { paint: 'yellow' as const }) }]
}

function renderSection({ label, lines, paint }: Section, { columns, style }: Terminal): string[] {
  const room = columns === undefined ? undefined : Math.max(20, columns - LABEL)
  const colour = paint === undefined ? (text: string) => text : style[paint]
  return lines
    .flatMap((line) => wrapLine(line, room))
    .map((line, index) => style.dim((index === 0 ? label : '').padEnd(LABEL)) + colour(line))
}

function describeHosts(hosts: readonly HostGroup[], ids: boolean): string[] {
  const lines = hosts
    .filter(({ sessions }) => sessions.length > 0)
    .flatMap((host) => {
      const machine = host.machines.length === 1 ? host.machines[0] : undefined
      return [
        describeHost(host),
        ...host.sessions.flatMap((session) => describeSession(session, { depth: 1, machine, ids })),
      ]
    })
  return lines.length === 0 ? ['nobody that rally knows of; rally presence announces you'] : lines
}

/** Said only where it cannot be told. */
function describeYou({ session_candidates: candidates }: StatusReport): string[] {
  return candidates.length === 0 ? [] : [oneOf(candidates)]
}

function describeHost({ id, session_count, machines, hooks }: HostGroup): string {
  const note =
    hooks === 'installed' ? '' : hooks === 'unknown' ? '' : ` · hooks ${hooks}: rally hooks install --host ${id}`
  return `${cleanLine(id)} · ${plural(session_count, 'session')} on ${few(machines, 3)}${note}`
}

/** `machine` is the one that stands above already; another is named. */
function describeSession(
  session: HostSession,
  { depth, machine, ids }: { depth: number; machine: string | undefined; ids: boolean },
): string[] {
  const pad = '  '.repeat(depth)
  const facts = [
    `${who(session, ids)}${session.self ? ' (you)' : ''}`,
    cleanLine(session.task) || cleanLine(session.phase) || '-',
    `seen ${formatAge(session.age_secs)} ago`,
    ...(session.files_in_flight_count > 0 ? [`${plural(session.files_in_flight_count, 'file')} in flight`] : []),
    ...(session.machine === machine ? [] : [`on ${cleanLine(session.machine)}`]),
  ]
  const below = { depth: depth + 1, machine: session.machine, ids }
  return [pad + facts.join(' · '), ...session.children.flatMap((child) => describeSession(child, below))]
}

function describeUnread(report: StatusReport, now: number): string[] {
  if (report.inbox_unread_count === 0) return []
  const { direct, broadcast } = report.inbox_unread_counts
  const parts = [direct > 0 ? `${direct} for you` : '', broadcast > 0 ? `${broadcast} for everybody` : '']
  const head = `${parts.filter(Boolean).join(', ')}: rally inbox read, then rally ack-inbox`
  return [head, ...report.inbox_latest_messages.map((message) => `  ${describeMessage(message, now)}`)]
}

function describeMessage({ from, kind, preview, ts, requires_ack }: MessageSummary, now: number): string {
  const what = preview === undefined ? kind : quotePeer(preview)
  return `${cleanLine(from)}, ${describeAge(ts, now)}: ${what}${requires_ack ? ' (wants an answer)' : ''}`
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

function describeEscalation(row: SurfaceRecord, now: number): string {
  const reason = quotePeer(str(obj(row.payload).reason))
  return `revision ${num(row.revision) ?? '?'} by ${cleanLine(str(row.tool))}, ${describeAge(row.ts, now)}: ${reason}`
}

function describeOverlaps({ overlaps, peer_overlap_files }: StatusReport, ids: boolean): string[] {
  const claimed = peer_overlap_files.length === 0 ? [] : [`claimed by a peer: ${few(peer_overlap_files)}`]
  const shared = overlaps.map(
    ({ name, peer, files }) => `${who({ name, session_id: peer }, ids)} has ${few(files)} in flight`,
  )
  return [...claimed, ...shared]
}

function describeDirty({ dirty_outside_owned: files, dirty_files_unknown: unknown }: StatusReport): string[] {
  if (unknown) return ['git did not answer in time']
  return files.length === 0 ? [] : [`${plural(files.length, 'file')} that nobody here owns: ${few(files)}`]
}

function newestFirst(changes: readonly SurfaceRecord[]): readonly SurfaceRecord[] {
  const time = ({ ts }: SurfaceRecord) => epochOf(ts) ?? 0
  return [...changes]
    .reverse()
    .sort((a, b) => time(b) - time(a))
    .slice(0, SHOWN_CHANGES)
}
