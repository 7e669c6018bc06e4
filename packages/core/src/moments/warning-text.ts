import { formatAge } from '../rules/text/format-age.js'
import { coveredBy, showClaim } from './claim-news.js'
import type { Collision } from './collisions.js'
import { quoteInline, showPath, showSession, showTool } from './fence.js'
import type { Peer } from './room.js'

const FILES_SHOWN = 3

/** `codex-1 (task "prices")`; of a session without a name `codex (session c-22, task "prices")`. */
export function showPeer(peer: Peer): string {
  const task = peer.task?.trim() ? `task ${quoteInline(peer.task)}` : ''
  if (peer.name !== undefined) return task === '' ? peer.name : `${peer.name} (${task})`
  return `${showTool(peer.tool)} (session ${showSession(peer.sessionId)}${task === '' ? '' : `, ${task}`})`
}

/** The same without the task. */
export function showPeerName(peer: Peer): string {
  return showPeer({ ...peer, task: undefined })
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
    return `rally: ${showPeerName(first.peer)} claimed ${what}. Agree with that session before you change it: ${tellPeer(first.peer)}`
  }
  const kept = first.claim === undefined ? '' : ` It claimed ${showClaim(first.claim, now)}.`
  if (first.kind === 'merge-risk') {
    return `rally: merge risk: ${showPeerName(first.peer)} has ${names} in flight${elsewhere(first)}.${kept} To agree: ${tellPeer(first.peer)}`
  }
  const start = Math.min(...said.map((collision) => collision.since))
  const since = formatAge(Math.max(0, now - start))
  const last = formatAge(Math.max(0, now - Math.max(...said.map((collision) => collision.last))))
  const edited = since === last ? `last edit ${last} ago` : `for ${since}, last edit ${last} ago`
  const times = start === 0 ? `as it announced, seen ${last} ago` : edited
  return `rally: ${showPeer(first.peer)} is editing ${names} in this same working tree (${times}).${kept} Agree with that session before you change what it is changing: ${tellPeer(first.peer)}`
}

function elsewhere({ kind, peer }: Collision): string {
  if (peer.where === 'here' && kind === 'claim') return ''
  return peer.where === 'machine' ? ' on another machine' : ' in another working tree'
}

const REFUSES = 'and this repository is configured to refuse such edits (hooks.collision: deny)'
const INSTEAD = 'Work on something else, or agree with that session first'

/** Why an edit is refused, for the model. */
export function denyReason(collisions: readonly Collision[], now: number): string {
  const first = collisions[0] as Collision
  if (first.claim !== undefined) {
    const paths = collisions.slice(0, FILES_SHOWN).map(({ path }) => path)
    const what = `${showClaim(first.claim, now)}${coveredBy(first.claim, paths)}`
    return `rally: ${showPeer(first.peer)} claimed ${what}, ${REFUSES}. ${INSTEAD}: ${tellPeer(first.peer)}`
  }
  const names = [...new Set(collisions.map((collision) => showPath(collision.path)))]
  const last = formatAge(Math.max(0, now - first.last))
  const since = formatAge(Math.max(0, now - first.since))
  const edited = since === last || first.since === 0 ? `last edit ${last} ago` : `for ${since}, last edit ${last} ago`
  return `rally: ${showPeer(first.peer)} took ${names.slice(0, FILES_SHOWN).join(', ')} in this same working tree (${edited}), ${REFUSES}. ${INSTEAD}: ${tellPeer(first.peer)}`
}
