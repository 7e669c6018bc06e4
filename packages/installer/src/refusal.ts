/** Why a file was left as it is. `line` and `column` count from 1. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly line?: number
  readonly column?: number
  /** The code of the system error behind it (`EROFS`). */
  readonly errno?: string
}

const REFUSAL_CODES = [
  'invalid', // not legal in the host's dialect
  'comments', // the host ignores a file with comments
  'shape', // something else stands where the entries belong
  'not-a-file', // a folder, a pipe, a device, a link that leads nowhere
  'not-a-folder', // a file, or a link that leads nowhere, where a folder belongs
  'encoding', // not UTF-8
  'too-large',
  'unreadable',
  'unwritable',
  'foreign-owner',
  'tracked', // git has the file, so it is nobody's alone
  'foreign-file', // a file of that name is there and is not ours
  'changed', // somebody else wrote while we were at it
  'busy', // another rally is writing the same file
  'template', // the plugin does not ship the text that it names
  'check-failed', // our own result did not pass the check: a bug, nothing was written
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** Carries a refusal out of the depth of an edit; the planners turn it into a value. */
export class Refused extends Error {
  override readonly name = 'Refused'
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

export interface Place {
  readonly line: number
  readonly column: number
}

/** Line and column (from 1) of an offset; `\r\n`, `\n` and a lone `\r` end a line. */
export function placeAt(text: string, offset: number): Place {
  let line = 1
  let start = 0
  for (const match of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line += 1
    start = match.index + match[0].length
  }
  return { line, column: offset - start + 1 }
}

/** Runs `work`; a refusal inside becomes its value. Stack overflow (absurd nesting) counts as an invalid file. */
export function refusing<T>(work: () => T): { ok: true; value: T } | { ok: false; refusal: Refusal } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    if (error instanceof RangeError)
      return { ok: false, refusal: { code: 'invalid', message: 'it is nested too deeply to be a configuration file' } }
    throw error
  }
}
