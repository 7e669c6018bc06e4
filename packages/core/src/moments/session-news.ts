import { formatAge } from '../rules/text/format-age.js'
import { cleanLine } from '../rules/text/peer-text.js'
import { quoteInline, showPath, showSession, showTool } from './fence.js'
import type { Peer } from './room.js'
import { tellPeer } from './warning-text.js'

const FILES_SHOWN = 3
const WHERE: Readonly<Record<Peer['where'], string>> = {
  here: 'same working tree',
  worktree: 'another working tree',
  machine: 'another machine',
}

export interface NewsOptions {
  readonly now: number
  /** Characters that the lines may take. */
  readonly room: number
  /** How many there are, beside those that are described. */
  readonly count: number
  /** A subagent gets the heading alone. */
  readonly brief?: boolean
}

/** Who else is here and on what: a heading and a line for each, newest sign of life first, as many as fit. */
export function peerNews(peers: readonly Peer[], { now, room, count, brief = false }: NewsOptions): string[] {
  if (peers.length === 0) return []
  const newest = [...peers].sort((a, b) => b.lastSeen - a.lastSeen)
  const heading = `rally: ${count === 1 ? '1 other agent is' : `${count} other agents are`} working in this repository`
  if (brief) {
    const tools = [...new Set(newest.map((peer) => showTool(peer.tool)))]
    return [`${heading} (${tools.slice(0, 5).join(', ')}${tools.length > 5 ? ', …' : ''}).`]
  }
  const reach = count === 1 ? 'it' : 'one, by name'
  const lines = [`${heading}. To reach ${reach}: ${newest.slice(0, 1).map(tellPeer).join('')}`]
  let left = room - (lines[0]?.length ?? 0)
  const rest = (): string => `- and ${count - lines.length + 1} more: rally roster`
  for (const peer of newest) {
    const line = peerLine(peer, now)
    const isLast = lines.length === count
    if (line.length + 1 > left - (isLast ? 0 : rest().length + 1)) break
    lines.push(line)
    left -= line.length + 1
  }
  return lines.length > count ? lines : [...lines, rest()]
}

function peerLine(peer: Peer, now: number): string {
  const files = peer.files.slice(0, FILES_SHOWN).map((path) => showPath(path, 80))
  const more = peer.files.length > FILES_SHOWN ? ` and ${peer.files.length - FILES_SHOWN} more` : ''
  return [
    `- ${peer.name ?? `${showTool(peer.tool)}, session ${showSession(peer.sessionId)}`}`,
    WHERE[peer.where],
    ...(peer.task?.trim() ? [`task ${quoteInline(peer.task)}`] : []),
    ...(peer.branch?.trim() && peer.where !== 'here' ? [`branch ${quoteInline(peer.branch, 60)}`] : []),
    ...(files.length > 0 ? [`editing ${files.join(', ')}${more}`] : []),
    ...(peer.children > 0 ? [`${peer.children} subagent${peer.children === 1 ? '' : 's'}`] : []),
    `seen ${formatAge(Math.max(0, now - peer.lastSeen))} ago`,
  ].join(', ')
}

/** What was added to the log since this session last looked; nothing when it never did, or when nothing was. */
export function changeNews(lastRevision: number | null, revision: number): string[] {
  if (lastRevision === null || revision <= lastRevision) return []
  return [
    'rally: the channel went from revision ' +
      `${lastRevision} to ${revision} since this session last looked: rally checkpoint shows what changed.`,
  ]
}

/** That a conversation is open twice: two writers, each with a name of its own. */
export function sharedNews(shared: { readonly with: string; readonly as: string }): string {
  return (
    `rally: this conversation is open in another process too (${cleanLine(shared.with)}). ` +
    `You are a second writer here, ${cleanLine(shared.as)}: its edits are not yours.`
  )
}
