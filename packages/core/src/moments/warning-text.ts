import { formatAge } from '../rules/text/format-age.js'
import { coveredBy, showClaim } from './claim-news.js'
import type { Collision } from './collisions.js'
import { quoteInline, showPath, showSession, showTool } from './fence.js'
import type { Peer } from './room.js'
import type { HookSettings } from './settings.js'

type Denies = HookSettings['denies']

const FILES_SHOWN = 3

/** `codex-1 (task "prices")`; of a session without a name `codex (session c-22, task "prices")`. */
function showPeer(peer: Peer): string {
  const task = peer.task?.trim() ? `task ${quoteInline(peer.task)}` : ''
  if (peer.name !== undefined) return task === '' ? peer.name : `${peer.name} (${task})`
  return `${showTool(peer.tool)} (session ${showSession(peer.sessionId)}${task === '' ? '' : `, ${task}`})`
}

/** The same without the task. */
export function showPeerName(peer: Peer): string {
  return showPeer({ ...peer, task: undefined })
}

/** Whose subagent it is, where that is the asking session's own parent. */
function besides({ sibling }: Peer): string {
  return sibling === undefined ? '' : `, another subagent of ${sibling},`
}

/** Subagents cannot wait for each other: whoever started both decides. */
function leaveOrTell({ sibling }: Peer): string | undefined {
  return sibling === undefined ? undefined : `Leave the file, or tell ${sibling} in your answer.`
}

/** The full command that speaks to one session. */
export function tellPeer({ name, sessionId }: Pick<Peer, 'name' | 'sessionId'>): string {
  return `rally tell ${name ?? showSession(sessionId)} "…"`
}

/** Collisions of one peer and kind as one line each, the dangerous ones first. */
export function warningLines(collisions: readonly Collision[], now: number): { line: string; said: Collision[] }[] {
  const groups = new Map<string, Collision[]>()
  for (const collision of collisions) {
    const key = `${collision.kind} ${collision.peer.sessionId} ${collision.claim?.claim.id}`
    groups.set(key, [...(groups.get(key) ?? []), collision])
  }
  return [...groups.values()].map((said) => ({ line: warningLine(said, now), said }))
}

function warningLine(said: readonly Collision[], now: number): string {
  const first = said[0] as Collision
  const files = said.slice(0, FILES_SHOWN).map((collision) => showPath(collision.path))
  const more = said.length > FILES_SHOWN ? ` and ${said.length - FILES_SHOWN} more` : ''
  const names = `${files.join(', ')}${more}`
  if (first.kind === 'claim' && first.claim !== undefined) {
    const paths = said.slice(0, FILES_SHOWN).map(({ path }) => path)
    const what = `${showClaim(first.claim, now)}${elsewhere(first)}${coveredBy(first.claim, paths)}${more}`
    const advice = leaveOrTell(first.peer) ?? `Agree with that session before you change it: ${tellPeer(first.peer)}`
    return `rally: ${showPeerName(first.peer)}${besides(first.peer)} claimed ${what}. ${advice}`
  }
  const kept = first.claim === undefined ? '' : ` It claimed ${showClaim(first.claim, now)}.`
  if (first.kind === 'merge-risk') {
    const advice = leaveOrTell(first.peer) ?? `To agree: ${tellPeer(first.peer)}`
    return `rally: merge risk: ${showPeerName(first.peer)}${besides(first.peer)} has ${names} in flight${elsewhere(first)}.${kept} ${advice}`
  }
  const start = Math.min(...said.map((collision) => collision.since))
  const since = formatAge(Math.max(0, now - start))
  const last = formatAge(Math.max(0, now - Math.max(...said.map((collision) => collision.last))))
  const edited = since === last ? `last edit ${last} ago` : `for ${since}, last edit ${last} ago`
  const times = start === 0 ? `as it announced, seen ${last} ago` : edited
  const agree = `Agree with that session before you change what it is changing: ${tellPeer(first.peer)}`
  const advice = leaveOrTell(first.peer) ?? agree
  return `rally: ${showPeer(first.peer)}${besides(first.peer)} is editing ${names} in this same working tree (${times}).${kept} ${advice}`
}

function elsewhere({ kind, peer }: Collision): string {
  if (peer.where === 'here' && kind === 'claim') return ''
  return peer.where === 'machine' ? ' on another machine' : ' in another working tree'
}

/** Whoever is refused may ask whose wish it is. */
function refuses(denies: Denies): string {
  const who = denies === 'user' ? 'your user has configured rally' : 'this repository is configured'
  return `and ${who} to refuse such edits (hooks.collision: deny)`
}

function insteadOf(peer: Peer): string {
  return leaveOrTell(peer) ?? `Work on something else, or agree with that session first: ${tellPeer(peer)}`
}

/** Why an edit is refused, for the model. */
export function denyReason(
  collisions: readonly Collision[],
  { now, denies }: { readonly now: number; readonly denies: Denies },
): string {
  const first = collisions[0] as Collision
  if (first.claim !== undefined) {
    const paths = collisions.slice(0, FILES_SHOWN).map(({ path }) => path)
    const what = `${showClaim(first.claim, now)}${coveredBy(first.claim, paths)}`
    return `rally: ${showPeer(first.peer)}${besides(first.peer)} claimed ${what}, ${refuses(denies)}. ${insteadOf(first.peer)}`
  }
  const names = [...new Set(collisions.map((collision) => showPath(collision.path)))]
  const last = formatAge(Math.max(0, now - first.last))
  const since = formatAge(Math.max(0, now - first.since))
  const edited = since === last || first.since === 0 ? `last edit ${last} ago` : `for ${since}, last edit ${last} ago`
  return `rally: ${showPeer(first.peer)}${besides(first.peer)} took ${names.slice(0, FILES_SHOWN).join(', ')} in this same working tree (${edited}), ${refuses(denies)}. ${insteadOf(first.peer)}`
}
