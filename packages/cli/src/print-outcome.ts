import { EXIT, isRallyError, RallyError, reasonOf } from '@rally/core/errors'
import { renderJson, renderJsonLine, writeStderr, writeStdout } from './output.js'
import { showControls } from './show-controls.js'
import { readTerminal, type Terminal } from './terminal.js'
import { usageError } from './usage-error.js'
import { wrapText } from './views/text/lines.js'

/** What a command found out. `json` goes out with `ok` and `schema` added, `text` is for a person; one of the two is printed. */
export interface Outcome {
  /** Keys of the command, flat. */
  readonly json: object
  /** Made only when it is printed. */
  readonly text: (terminal: Terminal) => string
  /**
   * A refusal or failure that still has an answer: its keys stay in `json`, `error` is added and the exit code is the
   * error's. Without it the command succeeded.
   */
  readonly error?: RallyError | undefined
  /** `json` has an `ok` of its own that speaks of what was looked at, not of the command (inherited by `boundary`). */
  readonly report?: true
  /** The text is for a program (a script): its lines stay as they are, however narrow the terminal is. */
  readonly verbatim?: true
}

export interface PrintOptions {
  readonly json: boolean
  /** `rally.<command>/1`; a document keeps a `schema` of its own (inherited by `wake-due`). */
  readonly schema: string
  /** Its id, for advice: `hooks:install`. */
  readonly command?: string | undefined
  /** The command prints lines of JSON: its failure is one, too. */
  readonly lines?: boolean
}

/** Prints an outcome as text or JSON and sets the exit code: `ok` is true if and only if that is 0. */
export function printOutcome(outcome: Outcome, { json, schema }: PrintOptions): void {
  const { error } = outcome
  if (json) {
    const ok = outcome.report ? {} : { ok: error === undefined }
    const own = 'schema' in outcome.json && typeof outcome.json.schema === 'string' ? outcome.json.schema : schema
    writeStdout(renderJson({ ...outcome.json, ...ok, schema: own, ...(error ? { error: errorJson(error) } : {}) }))
  } else {
    const terminal = readTerminal(process.env)
    const text = wrapText(outcome.text(terminal), outcome.verbatim ? undefined : terminal.columns)
    if (text !== '') writeStdout(text.endsWith('\n') ? text : `${text}\n`)
    if (error) complain(error)
  }
  process.exitCode = error?.exit ?? EXIT.done
}

/** Prints what was thrown as an error and sets the exit code. */
export function printFailure(thrown: unknown, { json, schema, command, lines }: PrintOptions): void {
  const error = toRallyError(thrown, command)
  const render = lines ? renderJsonLine : renderJson
  if (json) writeStdout(render({ ok: false, schema, error: errorJson(error) }))
  else complain(error)
  if (process.env.RALLY_DEBUG && thrown instanceof Error) writeStderr(`${thrown.stack}\n`)
  process.exitCode = error.exit
}

function complain({ code, message, hint }: RallyError): void {
  const { style, columns } = readTerminal(process.env, 2)
  const lines = [
    `${style.red('error:')} ${showControls(message)} ${style.dim(`[${code}]`)}`,
    ...(hint ? [`${style.dim('try:')} ${showControls(hint)}`] : []),
  ]
  writeStderr(`${wrapText(lines.join('\n'), columns)}\n`)
}

function errorJson({ code, message, hint, details }: RallyError): object {
  return { code, message, hint, details }
}

/**
 * Anything thrown as a RallyError: our own (also of another package copy), oclif's usage errors, bugs.
 * @param command the id of the command that threw it, for advice
 */
export function toRallyError(thrown: unknown, command?: string): RallyError {
  if (isRallyError(thrown)) return thrown
  if (thrown instanceof Error && 'oclif' in thrown) return usageError(thrown, command)
  return new RallyError('INTERNAL', { reason: reasonOf(thrown) }, { cause: thrown })
}
