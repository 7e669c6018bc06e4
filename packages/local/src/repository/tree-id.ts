import fs from 'node:fs'

/**
 * What tells a working tree from any other on the same disk, under whatever name it is mounted: `device.inode.birth`, the
 * birth in nanoseconds and empty where the file system does not know it. Undefined when the folder cannot be looked at.
 */
export function treeId(worktree: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs, ctimeNs } = fs.statSync(worktree, { bigint: true })
    // Where a file system has no birth time, Node answers 0 or the time of the last change.
    return `${dev}.${ino}.${birthtimeNs > 0n && birthtimeNs < ctimeNs ? birthtimeNs : ''}`
  } catch {
    return undefined
  }
}
