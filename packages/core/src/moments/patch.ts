const HEADER = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to):[ \t]*(\S.*?)[ \t]*$/

/** Text is searched up to here; a patch that is longer still names its first files. */
const MAX_PATCH = 8 * 1024 * 1024

/**
 * Paths named by `*** Add|Update|Delete File:` and `*** Move to:` lines of a patch text, in order, as written, each once.
 * Lines of a hunk start with `+`, `-` or a blank, so content that looks like a header is not taken for one.
 */
export function patchPaths(text: string): string[] {
  const found = new Set<string>()
  for (const line of text.slice(0, MAX_PATCH).split(/\r?\n/)) {
    if (!line.startsWith('*** ')) continue
    const path = HEADER.exec(line)?.[1]
    if (path !== undefined) found.add(path)
  }
  return [...found]
}

/** `apply_patch` as a command word (also by its path), up to the here-document's delimiter or a quoted argument. */
const PATCH_WORD = /(?:^|[\s;&|({`"'/])(?:apply_patch|applypatch)\s+/
const HERE_DOCUMENT = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z0-9_.-]+))[^\n]*\r?\n/
const LEADING_CD = /(?:^|[;&|({"'\n])\s*cd\s+(?:'([^'\n]*)'|"([^"\n]*)"|([^\s;&|'"]+))\s*(?:&&|;|\n)\s*$/

/**
 * Patch text carried by a shell command: `apply_patch <<'EOF' … EOF` or `apply_patch '*** Begin Patch …'`, several of them
 * joined. A `cd folder &&` right before it is worked into the headers, so that their paths are relative to where the
 * command starts. Undefined when the command carries none.
 */
export function shellPatch(command: string): string | undefined {
  const source = command.slice(0, MAX_PATCH)
  if (!source.includes('*** ')) return undefined
  const patches: string[] = []
  const words = new RegExp(PATCH_WORD, 'g')
  for (let word = words.exec(source); word !== null; word = words.exec(source)) {
    const rest = source.slice(word.index + word[0].length)
    const patch = hereDocument(rest) ?? quotedArgument(rest)
    if (patch === undefined) continue
    patches.push(inFolder(patch.text, leadingFolder(source.slice(0, word.index + 1))))
    words.lastIndex = word.index + word[0].length + patch.length - 1
  }
  return patches.length === 0 ? undefined : patches.join('\n')
}

interface Carried {
  readonly text: string
  /** Characters of the source that it takes. */
  readonly length: number
}

function hereDocument(rest: string): Carried | undefined {
  const start = HERE_DOCUMENT.exec(rest)
  if (start === null) return undefined
  const delimiter = start[2] ?? start[3] ?? start[4] ?? ''
  const strip = start[1] === '-'
  const lines: string[] = []
  let length = start[0].length
  for (const raw of rest.slice(start[0].length).split('\n')) {
    length += raw.length + 1
    const unix = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const line = strip ? unix.replace(/^\t+/, '') : unix
    if (line === delimiter) break
    lines.push(line)
  }
  return { text: lines.join('\n'), length: Math.min(length, rest.length) }
}

function quotedArgument(rest: string): Carried | undefined {
  const quote = rest[0]
  if ((quote !== "'" && quote !== '"') || !rest.startsWith('*** Begin Patch', 1)) return undefined
  let end = 1
  while (end < rest.length && rest[end] !== quote) end += quote === '"' && rest[end] === '\\' ? 2 : 1
  const text = rest.slice(1, end)
  return { text: quote === '"' ? text.replace(/\\(["\\$`])/g, '$1') : text, length: Math.min(end + 1, rest.length) }
}

/** `before` ends with the character in front of the command word, or within the path of the command, or with its first letter. */
function leadingFolder(before: string): string | undefined {
  const cd = LEADING_CD.exec(before.slice(-4096).replace(/[^\s;&|({`"']+$/, ''))
  const folder = cd?.[1] ?? cd?.[2] ?? cd?.[3]
  return folder === undefined || folder === '' || /[$`*?~]/.test(folder) ? undefined : folder.replace(/\/+$/, '') || '/'
}

function inFolder(patch: string, folder: string | undefined): string {
  if (folder === undefined) return patch
  return patch.replace(
    /^(\*\*\* (?:(?:Add|Update|Delete) File|Move to):[ \t]*)([^/\s].*)$/gm,
    (_line, header: string, path: string) => `${header}${folder === '/' ? '' : folder}/${path}`,
  )
}
