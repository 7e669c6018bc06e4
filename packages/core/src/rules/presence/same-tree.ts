/** A working tree as it was recorded. */
export interface Tree {
  /** Absolute top, as its writer sees it; null when that is not known. */
  readonly worktree: string | null
  /** What the file system says of that folder: `device.inode.birth`, the birth (nanoseconds) empty where it is not known. */
  readonly tree?: string | undefined
}

/**
 * Whether two records speak of one working tree. Of one folder on disk device and inode agree, whatever it is called and
 * wherever it is mounted; where a container shows another device, inode and birth do. Without numbers the path decides.
 */
export function isSameTree(a: Tree, b: Tree): boolean {
  if (a.tree === undefined || b.tree === undefined) return a.worktree !== null && a.worktree === b.worktree
  const [devA, inoA, bornA] = a.tree.split('.')
  const [devB, inoB, bornB] = b.tree.split('.')
  if (inoA !== inoB) return false
  const isBornKnown = Boolean(bornA) && Boolean(bornB)
  return devA === devB ? !isBornKnown || bornA === bornB : isBornKnown && bornA === bornB
}
