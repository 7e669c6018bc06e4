import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Checkpoint, Reaction } from '@rally/core/usecases/status/checkpoint-read'
import type { Terminal } from '../../terminal.js'
import { describeChange } from '../log/changes.js'
import { few, plural } from '../text/lines.js'
import { who } from '../text/who.js'

/** What changed, what to do, who is here. */
export function renderCheckpoint(checkpoint: Checkpoint, screen: Terminal & { readonly now: number }): string {
  const { new_changes: changes, truncated, active_peers: peers, reactions, revision } = checkpoint
  const { style, now } = screen
  const count = truncated ? `more than ${plural(changes.length, 'change')}` : plural(changes.length, 'change')
  const names = peers.map((peer) => who(peer))
  return [
    changes.length === 0 ? `nothing new (revision ${revision})` : `${count} up to revision ${revision}`,
    ...reactions.map((reaction) => style.yellow(`do: ${describeReaction(reaction)}`)),
    ...changes.map((row) => `  ${describeChange(row, now)}`),
    peers.length === 0 ? 'no peer is here' : `${plural(peers.length, 'peer')}: ${few(names)}`,
  ].join('\n')
}

function describeReaction(reaction: Reaction): string {
  if ('files' in reaction) {
    const settled = reaction.severity === 'informational' ? ' (already merged)' : ''
    return `look first: ${cleanLine(reaction.name)} is editing ${few(reaction.files)}${settled}`
  }
  return reaction.action === 'reinstall'
    ? 'reinstall, dependencies changed'
    : 'take a new baseline, the architecture was scanned'
}
