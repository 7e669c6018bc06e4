import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Whereabouts } from '@rally/core/usecases/status/where-am-i'
import type { Terminal } from '../../terminal.js'

/** Lines that peers may take; the whole answer stays within twelve. */
const MAX_PEERS = 6

function hintOf(where: Whereabouts): string {
  if (where.session_id === null) return 'rally status shows the room, rally --help all commands'
  if (where.inbox_unread_count > 0) return 'rally inbox read, then rally ack-inbox'
  if (where.task === null) return 'rally presence --task "what you are doing" announces you'
  return 'rally status says whether you may go on'
}

/** Where you are, in at most twelve lines. */
export function renderWhereabouts(
  where: Whereabouts,
  { style, columns, now }: Terminal & { readonly now: number },
): string {
  const fit = (line: string) => (columns && line.length > columns ? `${line.slice(0, columns - 1)}…` : line)
  const you =
    where.session_id === null
      ? 'nobody that rally knows'
      : `${where.session_id} (${where.tool})${where.task ? `: ${cleanLine(where.task)}` : ''}`
  const peers = where.peers.slice(0, MAX_PEERS)
  const more = where.peers.length - peers.length
  return [
    `${style.bold('room')}    ${where.app_slug}  ${style.dim(`revision ${where.revision}`)}`,
    fit(`you     ${you}`),
    `peers   ${where.peers.length === 0 ? 'none' : where.peers.length}`,
    ...peers.map(({ session_id, tool, task, last_seen }) =>
      fit(
        `          ${cleanLine(session_id)} (${cleanLine(tool)}): ${cleanLine(task) || '-'}, seen ${formatAge(Math.max(0, now - last_seen))} ago`,
      ),
    ),
    ...(more > 0 ? [`          and ${more} more: rally roster`] : []),
    `unread  ${where.session_id === null ? '-' : where.inbox_unread_count}`,
    `try     ${hintOf(where)}`,
  ].join('\n')
}
