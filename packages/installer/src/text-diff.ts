import { applyPatch, createTwoFilesPatch } from 'diff'

/** A unified diff for people; empty when nothing differs. `undefined` stands for no file. */
export function renderDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return ''
  const from = before === undefined ? '/dev/null' : `a/${path.replace(/^\/+/, '')}`
  const to = after === undefined ? '/dev/null' : `b/${path.replace(/^\/+/, '')}`
  const lines = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, { context: 3 }).split(
    '\n',
  )
  return lines.filter((line) => !/^=+$/.test(line)).join('\n')
}

/** The way back from one text to another, to be kept. */
export function makeUndo(from: string, to: string): string {
  return createTwoFilesPatch('installed', 'original', from, to, undefined, undefined, { context: 1 })
}

/** The text with the way back applied; undefined when the lines it needs are not there any more. */
export function applyUndo(text: string, undo: string): string | undefined {
  try {
    const result = applyPatch(text, undo, { fuzzFactor: 0, autoConvertLineEndings: false })
    return result === false ? undefined : result
  } catch {
    return undefined
  }
}
