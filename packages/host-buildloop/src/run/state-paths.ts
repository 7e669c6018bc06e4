import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'

/** Folder and file of the loop's state (protocol section 11). */
export const STATE_FILE = join('.build-loop', 'state.json')

/**
 * Roots that may hold the state of a workdir, most specific first: the workdir itself, the top of its working tree, the
 * main checkout. The last one is shared by all worktrees of the repository; new runs are started there, so that they agree.
 */
export function stateRoots(workdir: string): string[] {
  const start = resolve(workdir)
  const tree = findWorktree(start)
  const main = tree && mainCheckout(tree)
  return [...new Set([start, ...(tree ? [tree.top] : []), ...(main ? [main] : [])])]
}

/**
 * Whether a path, there or not, lies in one of the roots when all links are followed. A repository may hold a link that
 * leads anywhere; nothing is read or written through one that leaves it.
 */
export function staysInside(path: string, roots: readonly string[]): boolean {
  const real = realParent(path)
  return roots.some((root) => {
    const top = realParent(root)
    return real !== undefined && top !== undefined && (real === top || real.startsWith(top + sep))
  })
}

/**
 * The nearest part of a path that is there, without links; undefined behind a link that leads nowhere. One look for each part:
 * a lock that another process gives back between two looks would seem to be such a link.
 */
function realParent(path: string): string | undefined {
  for (let part = path; ; part = dirname(part)) {
    try {
      return realpathSync(part)
    } catch {
      // Not there, or not to be looked into: what it lies in decides.
      if (isLink(part) || dirname(part) === part) return undefined
    }
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    return false
  }
}

interface Worktree {
  readonly top: string
  readonly gitDir: string
}

function findWorktree(from: string): Worktree | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const dotGit = join(folder, '.git')
    const stat = statSync(dotGit, { throwIfNoEntry: false })
    if (stat?.isDirectory()) return { top: folder, gitDir: dotGit }
    if (stat?.isFile()) {
      const link = /^gitdir:\s*(.+?)\s*$/m.exec(readFileSync(dotGit, 'utf8'))?.[1]
      if (link) return { top: folder, gitDir: resolve(folder, link) }
    }
    if (dirname(folder) === folder) return undefined
  }
}

/** The main checkout of a linked worktree: the parent of the common git folder, when that is a checkout's `.git`. */
function mainCheckout({ top, gitDir }: Worktree): string {
  try {
    const common = readFileSync(join(gitDir, 'commondir'), 'utf8').trim()
    const folder = isAbsolute(common) ? common : resolve(gitDir, common)
    return dirname(folder)
  } catch {
    return top
  }
}
