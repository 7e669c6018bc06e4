/** One fenced block of a page: commands to type, a listing with the file that it is, or text to look at. */
export interface PageBlock {
  readonly language: string
  /** The file that a listing is. */
  readonly file: string | undefined
  readonly text: string
  readonly line: number
}

/** The fenced blocks of a page, in order. */
export function readPage(page: string): readonly PageBlock[] {
  const blocks: PageBlock[] = []
  let open: { head: string; lines: string[]; line: number } | undefined
  page.split('\n').forEach((text, index) => {
    const fence = /^```(.*)$/.exec(text)
    if (fence === null) open?.lines.push(text)
    else if (open === undefined) open = { head: fence[1] ?? '', lines: [], line: index + 1 }
    else {
      const [language = '', file] = open.head.split(' ')
      blocks.push({ language, file, text: `${open.lines.join('\n')}\n`, line: open.line })
      open = undefined
    }
  })
  if (open !== undefined) throw new Error(`the block of line ${open.line} has no end`)
  return blocks
}
