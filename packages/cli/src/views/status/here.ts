import { PERSON_TOOL } from '@rally/core/rules/roster/person'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Whereabouts } from '@rally/core/usecases/status/where-am-i'
import type { Terminal } from '../../terminal.js'
import { oneOf, who } from '../text/who.js'

/** Lines that peers may take; the whole answer stays within twelve. */
const MAX_PEERS = 6

function hintOf(where: Whereabouts): string {
  if (where.session_id === null) return 'rally status shows the room, rally --help all commands'
  if (where.inbox_unread_count > 0) return 'rally inbox read, then rally ack-inbox'
  if (where.task === null && where.tool !== PERSON_TOOL)
    return 'rally presence --task "what you are doing" announces you'
  return 'rally status says whether you may go on'
}

function describeYou(where: Whereabouts, ids: boolean): string {
  if (where.session_candidates.length > 0) return oneOf(where.session_candidates)
  if (where.session_id === null) return 'an agent that rally cannot tell: --session-id says which'
  if (where.tool === PERSON_TOOL) return `a plain shell (${who(where, ids)})`
  return `${who(where, ids)} (${cleanLine(where.tool ?? '')})${where.task ? `: ${cleanLine(where.task)}` : ''}`
}

/** Where you are, in at most twelve lines. */
export function renderWhereabouts(
  where: Whereabouts,
  { style, columns, now, ids = false }: Terminal & { readonly now: number; readonly ids?: boolean },
): string {
  const fit = (line: string) => (columns && line.length > columns ? `${line.slice(0, columns - 1)}…` : line)
  const you = describeYou(where, ids)
  const peers = where.peers.slice(0, MAX_PEERS)
  const more = where.peers.length - peers.length
  return [
    `${style.bold('room')}    ${where.app_slug}  ${style.dim(`revision ${where.revision}`)}`,
    fit(`you     ${you}`),
    `peers   ${where.peers.length === 0 ? 'none' : where.peers.length}`,
    ...peers.map(({ tool, task, last_seen, ...peer }) =>
      fit(
        `          ${who(peer, ids)} (${cleanLine(tool)}): ${cleanLine(task) || '-'}, seen ${formatAge(Math.max(0, now - last_seen))} ago`,
      ),
    ),
    ...(more > 0 ? [`          and ${more} more: rally roster`] : []),
    `unread  ${where.session_id === null ? '-' : where.inbox_unread_count}`,
    `try     ${hintOf(where)}`,
  ].join('\n')
}
