import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ImportScanner, OWN_SCANNERS } from './import-scanner.js'
import type { SourceTree } from './source-tree.js'

/** A source file over this size is generated; its imports are not read. */
const MAX_SOURCE_BYTES = 4 * 1024 * 1024

/** Asks git in a folder; answers what it printed, or undefined where it failed. */
export type AskGit = (args: readonly string[], cwd: string) => Promise<string | undefined>

/** The files of a repository on this machine. Of several scanners for an ending the first counts. */
export function createSourceTree(
  root: string,
  git: AskGit,
  scanners: readonly ImportScanner[] = OWN_SCANNERS,
): SourceTree {
  return {
    async files() {
      return ((await trackedFiles(root, git)) ?? walkFolder(root, '')).sort()
    },
    async readText(path) {
      try {
        const file = join(root, path)
        const stat = statSync(file)
        return stat.isFile() && stat.size <= MAX_SOURCE_BYTES ? readFileSync(file, 'utf8') : undefined
      } catch {
        return undefined
      }
    },
    async imports(path, source) {
      const scanner = scanners.find(({ endings }) => endings.some((ending) => path.endsWith(ending)))
      return scanner?.scan(path, source)
    },
  }
}

/** Tracked files and untracked ones that git does not ignore, below this folder; undefined outside of git. */
async function trackedFiles(root: string, git: AskGit): Promise<string[] | undefined> {
  const output = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root)
  return output?.split('\0').filter((path) => path !== '' && exists(join(root, path)))
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function walkFolder(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : walkFolder(root, path)
    return entry.isFile() ? [path] : []
  })
}
