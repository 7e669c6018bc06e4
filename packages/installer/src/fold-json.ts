/** A text in which long values that stay as they are have a short stand-in, so that a change need not take them apart. */
export interface FoldedText {
  readonly text: string
  /** The edited text with everything in its place again; undefined when a stand-in did not stay, or not once. */
  restore(edited: string): string | undefined
}

/** Shorter texts are read as they are. */
const LONG_TEXT = 100_000
const LONG_VALUE = 64
/** Values that are farther apart are folded by themselves. */
const LONGEST_GAP = 1_000
/** Elements of the arrays of a hook file lie no deeper than this; what is changed in them is ours and keeps its text. */
const DEPTH = 3
/** What is nested deeper is for the ordinary way, which refuses what it cannot take apart: the host may not read it either. */
const DEEPEST = 1_000

/**
 * `text` is plain JSON that was read before. Of its values in arrays and objects down to the third level, long ones in which `keep` does
 * not stand are folded; those that follow each other in an array have two stand-ins, so that thousands of hooks of others cost what two do,
 * and what stands behind them has another index. A stand-in begins where the value began, and ends in a line that is indented as the last one
 * of the value was: what is written beside it looks the same.
 */
export function foldJson(text: string, keep: string): FoldedText | undefined {
  if (text.length < LONG_TEXT) return undefined
  const name = freeName(text)
  const folded: string[] = []
  let out = ''
  let done = 0
  const fold = ({ start, end }: Range) => {
    if (end - start < LONG_VALUE) return
    const value = text.slice(start, end)
    out += text.slice(done, start) + standIn(`${name}${folded.length}`, value)
    folded.push(value)
    done = end
  }
  let run: Run | undefined
  const foldRun = () => {
    if (run?.others !== undefined) fold(run.others)
    if (run !== undefined) fold(run.last)
  }
  const kept = placesOf(text, keep)
  for (const found of valuesOf(text)) {
    if (found === 'too-deep') return undefined
    if (kept.between(found)) continue
    const longer = run && withNext(run, found, text)
    if (longer === undefined) foldRun()
    run = longer ?? { others: undefined, last: found, gap: undefined }
  }
  foldRun()
  if (folded.length === 0) return undefined
  const pattern = new RegExp(`\\["${name}(\\d+)"[\\s]*\\]`, 'g')
  return {
    text: out + text.slice(done),
    restore(edited) {
      let next = 0
      let isWhole = true
      const restored = edited.replace(pattern, (_all, number: string) => {
        if (Number(number) !== next++) isWhole = false
        return folded[Number(number)] ?? ''
      })
      return isWhole && next === folded.length ? restored : undefined
    },
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Values that follow each other: the last one keeps its place, because what is added behind it is laid out as it is. */
interface Run {
  readonly others: Range | undefined
  readonly last: Range
  /** What stands between two of them. */
  readonly gap: string | undefined
}

/** Undefined where the value is a member of an object, or stands otherwise than those before. */
function withNext({ others, last, gap }: Run, next: Range, text: string): Run | undefined {
  if (next.start - last.end > LONGEST_GAP) return undefined
  const between = text.slice(last.end, next.start)
  if (gap === undefined ? !/^\s*,\s*$/.test(between) : gap !== between) return undefined
  return { others: { start: others?.start ?? last.start, end: last.end }, last: next, gap: between }
}

/** Where a word stands, for questions that go through a text from its beginning to its end. */
function placesOf(text: string, word: string): { between(range: Range): boolean } {
  let at = text.indexOf(word)
  return {
    between({ start, end }) {
      while (at >= 0 && at < start) at = text.indexOf(word, at + 1)
      return at >= 0 && at + word.length <= end
    },
  }
}

function standIn(name: string, value: string): string {
  const lastLine = /(?:\r\n|\n|\r)[ \t]*(?=[^\r\n]*$)/.exec(value.slice(Math.max(0, lastBreak(value))))?.[0] ?? ''
  return `["${name}"${lastLine}]`
}

/** Offset of the last line break; 0 when there is none. */
function lastBreak(value: string): number {
  const at = Math.max(value.lastIndexOf('\n'), value.lastIndexOf('\r'))
  return value[at] === '\n' && value[at - 1] === '\r' ? at - 1 : at
}

function freeName(text: string): string {
  let name = 'folded:'
  while (text.includes(name)) name = `${name}:`
  return name
}

/** Where values stand that lie `DEPTH` deep, or higher when nothing is in them, in the order of the text. */
function* valuesOf(text: string): Generator<Range | 'too-deep'> {
  let depth = 0
  let start = -1
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') {
      const end = stringEnd(text, at)
      at = end - 1
    } else if (char === '{' || char === '[') {
      if (depth === DEPTH) start = at
      depth++
      if (depth > DEEPEST) yield 'too-deep'
    } else if (char === '}' || char === ']') {
      depth--
      if (depth === DEPTH) yield { start, end: at + 1 }
    }
  }
}

/** Offset behind the quote that ends the string. */
function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
