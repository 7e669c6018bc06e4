/**
 * Globs of the boundary manifest: `*` and `?` stay within one path segment, `**` spans any number of segments (also none),
 * `[abc]`, `[a-z]` and `[!abc]` match one character. A path without any of these is literal. Hidden names are matched
 * like others. A trailing `/**` means everything below the folder.
 */
export function isGlob(entry: string): boolean {
  return /[*?[]/.test(entry)
}

const LITERAL = /[.+^${}()|\\]/g

function segmentPattern(segment: string): string {
  let pattern = ''
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at] ?? ''
    const close = char === '[' ? segment.indexOf(']', at + 2) : -1
    if (close > 0) {
      const inside = segment.slice(at + 1, close).replaceAll('\\', '\\\\')
      pattern += inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`
      at = close
    } else if (char === '*') pattern += '[^/]*'
    else if (char === '?') pattern += '[^/]'
    else pattern += char === '[' ? '\\[' : char.replace(LITERAL, '\\$&')
  }
  return pattern
}

/** A test for repository-relative paths. */
export function compileGlob(glob: string): (path: string) => boolean {
  const segments = normalizePath(glob).split('/')
  let pattern = ''
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1
    if (segment === '**') pattern += last ? '.+' : '(?:[^/]+/)*'
    else pattern += segmentPattern(segment) + (last ? '' : '/')
  })
  const expression = new RegExp(`^${pattern}$`, 's')
  return (path) => expression.test(path)
}

/** Without `./`, doubled or trailing slashes. */
export function normalizePath(path: string): string {
  return path
    .split('/')
    .filter((segment, index) => segment !== '.' && (segment !== '' || index === 0))
    .join('/')
}

/** Files that an entry names: itself, everything below it when it is a folder, or what its glob matches. */
export function matchEntry(entry: string, files: readonly string[]): string[] {
  if (isGlob(entry)) return files.filter(compileGlob(entry))
  const path = normalizePath(entry)
  return files.filter((file) => file === path || file.startsWith(`${path}/`))
}
