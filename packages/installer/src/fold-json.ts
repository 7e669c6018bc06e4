import { commentAt, stringEnd } from './skip-comments.js'

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
 * `text` is JSON, perhaps with comments, that was read before. Of its values in arrays and objects down to the third level, long ones in which `keep` does
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
  const isReadable = eachValue(text, (found) => {
    if (kept.between(found)) return
    const longer = run && withNext(run, found, text)
    if (longer === undefined) foldRun()
    run = longer ?? { others: undefined, last: found, gap: undefined }
  })
  foldRun()
  if (!isReadable || folded.length === 0) return undefined
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
  const length = next.start - last.end
  if (length > LONGEST_GAP) return undefined
  const between = gap ?? text.slice(last.end, next.start)
  const isAlike =
    gap === undefined ? /^\s*,\s*$/.test(between) : length === gap.length && text.startsWith(gap, last.end)
  if (!isAlike) return undefined
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

const QUOTE = 0x22
const SLASH = 0x2f
/** `[` and `{`, `]` and `}` differ in one bit only. */
const OPEN = 0x5b
const CLOSE = 0x5d
const CURLY = 0x20

/**
 * Where values stand that lie `DEPTH` deep, or higher when nothing is in them, in the order of the text. False where one is nested too
 * deep. Looks at each character of texts of megabytes once in a run: hence numbers, and no generator.
 */
function eachValue(text: string, look: (range: Range) => void): boolean {
  let depth = 0
  let start = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1
      continue
    }
    if (code === SLASH) {
      at = (commentAt(text, at)?.end ?? at + 1) - 1
      continue
    }
    const kind = code & ~CURLY
    if (kind === OPEN) {
      if (depth === DEPTH) start = at
      depth++
      if (depth > DEEPEST) return false
    } else if (kind === CLOSE) {
      depth--
      if (depth === DEPTH) look({ start, end: at + 1 })
    }
  }
  return true
}
