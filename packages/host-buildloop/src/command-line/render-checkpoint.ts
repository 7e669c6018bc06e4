import type { Checkpoint, Reaction } from '@rally/core/usecases/status/checkpoint-read'

/** What a loop has to do about what changed, one line each; nothing when there is nothing to do. */
export function renderReactions({ reactions, new_changes: changes, active_peers: peers }: Checkpoint): string[] {
  const news = `${changes.length} change(s), ${peers.length} peer(s)`
  return [news, ...reactions.map((reaction) => `do: ${describe(reaction)}`)]
}

function describe(reaction: Reaction): string {
  if ('files' in reaction)
    return `look first: ${oneLine(reaction.name)} is editing ${reaction.files.map(oneLine).join(', ')}`
  return reaction.action === 'reinstall'
    ? 'reinstall, dependencies changed'
    : 're-baseline, the architecture was scanned'
}

/** Text that a peer wrote, on its way to a terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
}
