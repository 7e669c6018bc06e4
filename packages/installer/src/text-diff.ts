import { applyPatch, createTwoFilesPatch, formatPatch } from 'diff'
import { longHunks } from './long-diff.js'

/** Longer texts are compared by a simpler way, which knows only a few small changes. */
const LONG = 100_000

function patchOf(names: readonly [from: string, to: string], before: string, after: string, context: number): string {
  const [oldFileName, newFileName] = names
  const hunks = before.length + after.length > LONG ? longHunks(before, after, context) : undefined
  return hunks === undefined
    ? createTwoFilesPatch(oldFileName, newFileName, before, after, undefined, undefined, { context })
    : formatPatch({ oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks })
}

/** A unified diff for people; empty when nothing differs. `undefined` stands for no file. */
export function renderDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return ''
  const from = before === undefined ? '/dev/null' : `a/${path.replace(/^\/+/, '')}`
  const to = after === undefined ? '/dev/null' : `b/${path.replace(/^\/+/, '')}`
  const lines = patchOf([from, to], before ?? '', after ?? '', 3).split('\n')
  return lines.filter((line) => !/^=+$/.test(line)).join('\n')
}

/** The way back from one text to another, to be kept. */
export function makeUndo(from: string, to: string): string {
  return patchOf(['installed', 'original'], from, to, 1)
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
