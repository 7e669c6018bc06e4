/**
 * Globs of the boundary manifest: `*` and `?` stay within one path segment, `**` spans any number of segments (also none),
 * `[abc]`, `[a-z]` and `[!abc]` match one character. A path without any of these is literal. Hidden names are matched
 * like others. A trailing `/**` means everything below the folder.
 */
export function isGlob(entry: string): boolean {
  return /[*?[]/.test(entry)
}

/** One character of a segment, or any number of them. */
type Part = '*' | ((char: string) => boolean)

function partsOf(segment: string): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at] ?? ''
    // A `]` that comes first is a member, not the end.
    const close = char === '[' ? segment.indexOf(']', at + (segment[at + 1] === '!' ? 3 : 2)) : -1
    if (close > 0) {
      const members = classPattern(segment.slice(at + 1, close))
      parts.push((one) => members.test(one))
      at = close
    } else if (char === '*') parts.push('*')
    else parts.push(char === '?' ? () => true : (one) => one === char)
  }
  return parts
}

/** A set of characters. A range the wrong way round holds nothing; regular expressions would not compile it. */
function classPattern(inside: string): RegExp {
  const negated = inside.startsWith('!')
  const members = inside
    .slice(negated ? 1 : 0)
    .replace(/[\\\]^[]/g, '\\$&')
    .replace(/(\\?.)-(\\?.)/gs, (range, from: string, to: string) => (from.slice(-1) <= to.slice(-1) ? range : ''))
  return new RegExp(`[${negated ? '^' : ''}${members}]`, 's')
}

/**
 * Whether the items are matched by the parts, some of which stand for any number of items. Only the last such part is ever
 * tried again, with one item more: what was matched before it cannot be matched better. So the time is bounded by the items
 * times the parts, whatever the manifest says.
 */
function matches<One, Item>(
  parts: readonly One[],
  items: ArrayLike<Item>,
  { isMany, fits }: { isMany: (part: One) => boolean; fits: (part: One, item: Item) => boolean },
): boolean {
  let part = 0
  let item = 0
  let many = -1
  let taken = 0
  for (let now = items[item]; now !== undefined; now = items[item]) {
    const one = parts[part]
    if (one !== undefined && isMany(one)) {
      many = part++
      taken = item
    } else if (one !== undefined && fits(one, now)) {
      part++
      item++
    } else if (many >= 0) {
      part = many + 1
      item = ++taken
    } else return false
  }
  return parts.slice(part).every(isMany)
}

/** A test for repository-relative paths. */
export function compileGlob(glob: string): (path: string) => boolean {
  const segments = normalizePath(glob).split('/')
  // Everything below a folder, whatever its name: at least one character more.
  const below = segments.at(-1) === '**'
  const parts = (below ? segments.slice(0, -1) : segments).map((segment) =>
    segment === '**' ? ('**' as const) : partsOf(segment),
  )
  if (below) parts.push('**', [(char) => char !== '', '*'])
  return (path) => matches(parts, path.split('/'), { isMany: (part) => part === '**', fits: fitsSegment })
}

function fitsSegment(parts: '**' | readonly Part[], text: string): boolean {
  if (parts === '**') return false
  return matches(parts, text, { isMany: (part) => part === '*', fits: (part, char) => part !== '*' && part(char) })
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
