/** What stands before and behind a comment of one line. */
export interface CommentStyle {
  readonly open: string
  readonly close: string
}

const SLASHES: CommentStyle = { open: '// ', close: '' }
const HASH: CommentStyle = { open: '# ', close: '' }
const MARKUP: CommentStyle = { open: '<!-- ', close: ' -->' }
const BLOCK: CommentStyle = { open: '/* ', close: ' */' }
const DASHES: CommentStyle = { open: '-- ', close: '' }

const STYLES: readonly (readonly [string, CommentStyle | undefined])[] = [
  ['md mdc markdown html htm xml svg vue', MARKUP],
  ['js mjs cjs jsx ts mts cts tsx jsonc json5 go rs java kt kts swift c h cc cpp cs dart scala php', SLASHES],
  ['css scss less', BLOCK],
  ['lua sql hs', DASHES],
  ['json csv tsv', undefined],
]

/** How a comment looks in a file of that name; undefined where its kind has none. Unknown kinds take `#`, as scripts and rules do. */
export function commentStyleOf(path: string): CommentStyle | undefined {
  const kind = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  const found = STYLES.find(([kinds]) => kinds.split(' ').includes(kind))
  return found === undefined ? HASH : found[1]
}

export const COMMENT_STYLES: readonly CommentStyle[] = [MARKUP, SLASHES, BLOCK, DASHES, HASH]
