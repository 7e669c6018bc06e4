/**
 * Which files a text means: a file, a folder with all that is below it (`src/`), or a glob. In a glob `*` is any part of one
 * name and `**` any number of folders. A name without a slash at its end may be a folder, too, unless it is read as a file.
 * Brackets stand for themselves (`app/[id]/page.tsx`). What `?` and `{a,b}` mean differs between programs, so that patterns
 * with them name for certain only their own text. Paths are `/`-separated and relative to one top folder.
 */
export interface FilePattern {
  /** As it was written, without `./`, doubled slashes and, unless it is a folder, a slash at the end. */
  readonly text: string
  /** Names, globs of one name, and `**` for any number of names: the pattern's files. */
  readonly parts: readonly string[]
  /** The files below it, should its last name be a folder. */
  readonly folder?: readonly string[]
  /** The names that it begins with. */
  readonly lead: readonly string[]
  /** `parts` with everything uncertain as `*`; absent where nothing is. */
  readonly wide?: readonly string[]
}

/** `possible`: the patterns cannot be decided exactly, and may name a file in common. */
export type Overlap = 'none' | 'certain' | 'possible'

export interface PatternReading {
  /** Applied to the text first: names are equal in the form that it gives (see `foldPath`). */
  readonly fold?: (text: string) => string
  /** A name without a slash at its end is a file, never a folder. */
  readonly namesAreFiles?: boolean
}

/** Longer than any path that a system takes (`PATH_MAX`). What is longer names nothing but itself. */
const LONGEST = 4096
/** What that one has for parts: none that a path has. */
export const NO_PATH: readonly string[] = ['/']

export function parseFilePattern(source: string, { fold, namesAreFiles = false }: PatternReading = {}): FilePattern {
  if (source.length > LONGEST) return { text: source, parts: NO_PATH, lead: NO_PATH }
  const folded = fold === undefined ? source : fold(source)
  const names = partsOf(folded)
  const isFolder = folded.endsWith('/')
  const text = `${folded.startsWith('/') ? '/' : ''}${names.join('/')}${isFolder && names.length > 0 ? '/' : ''}` || '.'
  const last = names.at(-1)
  const mayBeFolder = last !== undefined && !isFolder && !namesAreFiles && isName(last)
  const firstGlob = names.findIndex((name) => !isName(name))
  const wide = widen(text)
  return {
    text,
    parts: withTail(names, isFolder),
    lead: firstGlob < 0 ? names : names.slice(0, firstGlob),
    ...(mayBeFolder ? { folder: [...names, '**'] } : {}),
    ...(wide === undefined ? {} : { wide: withTail(partsOf(wide), isFolder) }),
  }
}

/** The text with `*` for each `?` and each pair of braces; undefined when nothing in it is uncertain. Reads each character once. */
function widen(text: string): string | undefined {
  let isUncertain = text.includes('?')
  let wide = ''
  let rest = 0
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', rest)) {
    const close = text.indexOf('}', open)
    if (close < 0) break
    isUncertain ||= /[,.]/.test(text.slice(open, close))
    wide += `${text.slice(rest, open)}*`
    rest = close + 1
  }
  return isUncertain ? `${wide}${text.slice(rest)}`.replaceAll('?', '*') : undefined
}

/** Whether the pattern is the name of one file or folder. */
export function isPlainName({ text, wide }: FilePattern): boolean {
  return !text.includes('*') && wide === undefined
}

/** Whether the pattern names the file, for certain. Never costs more than the product of both lengths. */
export function matchesFile(pattern: FilePattern, path: string): boolean {
  return path.length <= LONGEST && meet(pattern.folder ?? pattern.parts, partsOf(path))
}

/** The same of a file that was read with `namesAreFiles`: for many files against many patterns. */
export function matchesReadFile(pattern: FilePattern, file: FilePattern): boolean {
  return meet(pattern.folder ?? pattern.parts, file.parts)
}

/**
 * Whether two patterns name a file in common. A name is taken for a folder where the other pattern says by name that
 * something is below it. Never costs more than the product of both lengths.
 */
export function overlapOf(a: FilePattern, b: FilePattern): Overlap {
  if (meet(a.parts, b.parts) || isAbove(a, b) || isAbove(b, a)) return 'certain'
  if (a.wide === undefined && b.wide === undefined) return 'none'
  return meet(a.wide ?? a.parts, b.wide ?? b.parts) ? 'possible' : 'none'
}

function isAbove(a: FilePattern, b: FilePattern): boolean {
  return a.folder !== undefined && meet(a.folder, b.lead)
}

function partsOf(text: string): string[] {
  const parts: string[] = []
  for (const part of text.split('/')) {
    const isRest = part === '**'
    if (part !== '' && part !== '.' && !(isRest && parts.at(-1) === '**'))
      parts.push(part.replace(/\*{2,}/g, isRest ? '**' : '*'))
  }
  return parts
}

/** What `**` and a slash at the end mean: everything that is in the folder, however deep. */
function withTail(parts: readonly string[], isFolder: boolean): string[] {
  if (parts.length === 0) return ['*', '**']
  if (parts.at(-1) === '**') return [...parts.slice(0, -1), '*', '**']
  return isFolder ? [...parts, '*', '**'] : [...parts]
}

/** Whether a row of names exists that both describe. */
function meet(a: readonly string[], b: readonly string[]): boolean {
  // Names at the beginning decide nearly every question.
  let same = 0
  for (; same < a.length && same < b.length; same++) {
    const name = a[same] ?? ''
    const other = b[same] ?? ''
    if (!isName(name) || !isName(other)) break
    if (name !== other) return false
  }
  // Row `i`: whether what stands behind `a[i]` can be what stands behind `b[j]`, from the end to the beginning.
  let below: boolean[] = []
  for (let i = a.length; i >= same; i--) {
    const row: boolean[] = new Array(b.length + 1).fill(false)
    for (let j = b.length; j >= same; j--) {
      const left = a[i]
      const right = b[j]
      if (left === undefined && right === undefined) row[j] = true
      else if (left === '**') row[j] = below[j] === true || (right !== undefined && row[j + 1] === true)
      else if (right === '**') row[j] = row[j + 1] === true || (left !== undefined && below[j] === true)
      else row[j] = left !== undefined && right !== undefined && below[j + 1] === true && partsMeet(left, right)
    }
    below = row
  }
  return below[same] === true
}

function isName(part: string): boolean {
  return !part.includes('*')
}

/**
 * Whether one name exists that both parts describe. Two globs agree when their beginnings and their ends do: everything else
 * of both fits between them, one behind the other.
 */
function partsMeet(a: string, b: string): boolean {
  if (isName(a)) return isName(b) ? a === b : matchesName(b, a)
  if (isName(b)) return matchesName(a, b)
  const [startA, startB] = [a.slice(0, a.indexOf('*')), b.slice(0, b.indexOf('*'))]
  const [endA, endB] = [a.slice(a.lastIndexOf('*') + 1), b.slice(b.lastIndexOf('*') + 1)]
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA))
}

/** Each piece is found at the first place where it can stand: what follows has then the most room. */
function matchesName(glob: string, name: string): boolean {
  const pieces = glob.split('*')
  const start = pieces[0] ?? ''
  const end = pieces.at(-1) ?? ''
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false
  let at = start.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - end.length
}
