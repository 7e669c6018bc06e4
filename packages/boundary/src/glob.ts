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
    // A `]` that comes first is a member, not the end.
    const close = char === '[' ? segment.indexOf(']', at + (segment[at + 1] === '!' ? 3 : 2)) : -1
    if (close > 0) {
      pattern += classPattern(segment.slice(at + 1, close))
      at = close
    } else if (char === '*') pattern += '[^/]*'
    else if (char === '?') pattern += '[^/]'
    else pattern += char === '[' ? '\\[' : char.replace(LITERAL, '\\$&')
  }
  return pattern
}

/** One character of a segment. A range the wrong way round holds nothing; regular expressions would not compile it. */
function classPattern(inside: string): string {
  const negated = inside.startsWith('!')
  const members = inside
    .slice(negated ? 1 : 0)
    .replace(/[\\\]^[]/g, '\\$&')
    .replace(/(\\?.)-(\\?.)/gs, (range, from: string, to: string) => (from.slice(-1) <= to.slice(-1) ? range : ''))
  return `(?!/)[${negated ? '^' : ''}${members}]`
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
