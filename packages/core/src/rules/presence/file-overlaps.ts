import type { Presence } from '../../model/presence.js'
import { str, strings } from '../../readers.js'
import { filesInCommon, indexFiles } from '../files/files-in-common.js'
import { shownName } from '../roster/shown-names.js'

/** A peer that has some of our files in flight (protocol sections 7.1 and 12). */
export interface FileOverlap {
  /** A session id. */
  readonly peer: string
  /** What that session is called in this room. */
  readonly name: string
  readonly tool: string
  readonly phase: string
  readonly files: readonly string[]
  readonly severity: 'warning' | 'informational'
  readonly reason: 'active_conflict' | 'merged_residue' | 'squash_landed'
}

/** Which of `files` each peer has in flight; both may be folders and globs. What a peer's branch has already brought home is no conflict any more. */
export function findFileOverlaps(
  peers: readonly Presence[],
  files: Iterable<string>,
  names: ReadonlyMap<string, string> = new Map(),
): FileOverlap[] {
  const ours = indexFiles(files)
  return peers.flatMap((peer) => {
    const shared = filesInCommon(strings(peer.files_in_flight), ours)
    if (shared.length === 0) return []
    const name = names.get(peer.session_id) ?? shownName(peer)
    return [
      { peer: str(peer.session_id), name, tool: str(peer.tool), phase: str(peer.phase), files: shared, ...judge(peer) },
    ]
  })
}

/** On the main line itself everything committed counts as merged, which says nothing of what is being edited. */
function judge({
  branch_name: branch,
  branch_merge_status: status,
}: Presence): Pick<FileOverlap, 'severity' | 'reason'> {
  const settled = branch !== 'main' && branch !== 'master'
  if (settled && status === 'merged') return { severity: 'informational', reason: 'merged_residue' }
  if (settled && status === 'squash_landed') return { severity: 'informational', reason: 'squash_landed' }
  return { severity: 'warning', reason: 'active_conflict' }
}
