import { basename } from 'node:path'

const SLUG_LENGTH = 64
/** The room that the Python system gives to everything it takes for "not a repository". */
const UNSCOPED = '_unscoped'

/**
 * A folder name in the alphabet of channel names (protocol section 1, rule 3): lower case, other characters as `-`, runs of
 * `-` as one, none at the ends, at most 64 characters. May be empty or start with a dot.
 */
export function normalizeRepoDir(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, SLUG_LENGTH)
}

/**
 * The channel name of a repository root. Where the Python system finds no usable name it answers `_unscoped`, a room that
 * all such folders share and that its `where` refuses. Rally gives those repositories a name of their own:
 * `.dotfiles` → `dotfiles`, a name without a single usable character → `repository`.
 */
export function slugOf(repoRoot: string): string {
  const slug = normalizeRepoDir(basename(repoRoot)).replace(/^[.-]+/, '')
  if (slug === UNSCOPED) return 'unscoped'
  return slug === '' ? 'repository' : slug
}

/** Whether a folder below the apps root can be a channel; its own temporary and hidden files cannot. */
export function isChannelName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)
}
