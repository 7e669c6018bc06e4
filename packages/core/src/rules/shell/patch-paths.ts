const HEADER = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to):[ \t]*(\S.*)$/

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
    const path = HEADER.exec(line)?.[1]?.trimEnd()
    if (path !== undefined) found.add(path)
  }
  return [...found]
}
