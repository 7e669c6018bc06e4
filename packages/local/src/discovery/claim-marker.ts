import { closeSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errorCode } from '../system/small-file.js'
import {
  type FoundMarker,
  isSameMarker,
  isStillThere,
  type Marker,
  markerPath,
  readMarker,
  renderMarker,
} from './marker.js'

/** `again`: look at the marker once more (it may be ours now). `taken`: a live repository is about to take this room. */
export type Claim = 'again' | 'taken'

/**
 * Makes `mine` the marker of a channel whose marker was `judged` free for us. Of any number of processes that do this at
 * once one succeeds; all of them learn which by reading the marker again.
 *
 * A new marker is linked into place, so it is there whole or not at all. An existing one is replaced through a claim file:
 * whoever links it may rename it over the marker; it names its owner, so that nobody has to wait for a process that died.
 * @throws the system's error when the folder cannot be written
 */
export function claimMarker(channelDir: string, judged: FoundMarker, mine: Marker): Claim {
  const marker = markerPath(channelDir)
  const draft = `${channelDir}/.repository.json.${process.pid}.${process.hrtime.bigint()}`
  writeFileSync(draft, renderMarker(mine), { mode: 0o600, flag: 'wx' })
  try {
    if (judged === 'absent') {
      linkNew(draft, marker, mine)
      return 'again'
    }
    return replace(draft, { marker, judged, mine })
  } finally {
    rmSync(draft, { force: true })
  }
}

function replace(
  draft: string,
  { marker, judged, mine }: { marker: string; judged: FoundMarker; mine: Marker },
): Claim {
  const claim = `${marker}.next`
  if (!linkNew(draft, claim, mine)) {
    const pending = readMarker(claim)
    if (pending === 'absent') return 'again'
    if (pending === 'invalid') {
      rmSync(claim, { force: true })
      return 'again'
    }
    if (pending.commonDir !== mine.commonDir && isStillThere(pending)) return 'taken'
    finish(claim, marker)
    return 'again'
  }
  if (isSameMarker(readMarker(marker), judged)) finish(claim, marker)
  else rmSync(claim, { force: true })
  return 'again'
}

/** The claim becomes the marker, unless another process has finished it already. */
function finish(claim: string, marker: string): void {
  try {
    renameSync(claim, marker)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** Whether the file is new. Where a file system has no hard links, an exclusive file comes close enough. */
function linkNew(draft: string, path: string, mine: Marker): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) throw error
  }
  try {
    const fd = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(fd, renderMarker(mine))
    } finally {
      closeSync(fd)
    }
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}
