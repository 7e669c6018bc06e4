/**
 * Every failure that a user can meet has a code in the catalogue of the package that makes it, with the sentence, the hint and
 * the exit code. Errors cross package copies by `code`, never by `instanceof`: a plugin may carry its own copy of this package.
 */
import { CATALOGUE, type CatalogueEntry, type ErrorCatalogue, type ErrorDetails } from './error-catalogue.js'
import type { ExitCode } from './exit-codes.js'

export { CATALOGUE, type CatalogueEntry, type ErrorCatalogue, type ErrorDetails } from './error-catalogue.js'
export { EXIT, type ExitCode } from './exit-codes.js'

/** A code of core's catalogue. */
export type ErrorCode = keyof typeof CATALOGUE

/**
 * A failure that a user can meet. `code` identifies it; `message` says what happened, `hint` what to try.
 * Expected outcomes (a lease that is held) are values of a use case; the command turns them into this at the very end.
 */
export class RallyError extends Error {
  override readonly name = 'RallyError'
  /** A code of core's catalogue, or of the catalogue of a package above it. */
  readonly code: ErrorCode | (string & {})
  readonly hint: string | null
  readonly details: ErrorDetails
  readonly exit: ExitCode

  constructor(code: ErrorCode, details?: ErrorDetails, options?: { cause?: unknown })
  constructor(code: string, details: ErrorDetails, options: { cause?: unknown; entry: CatalogueEntry })
  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    { entry = CATALOGUE[code], ...options }: { cause?: unknown; entry?: CatalogueEntry } = {},
  ) {
    super(entry.message(details), options)
    this.code = code
    this.hint = entry.hint?.(details) ?? null
    this.details = details
    this.exit = entry.exit
  }
}

/** Makes the failures of a catalogue: those of a package above core, in the same form as core's own. */
export function errorsOf<Catalogue extends ErrorCatalogue>(
  catalogue: Catalogue,
): (code: keyof Catalogue & string, details?: ErrorDetails, options?: { cause?: unknown }) => RallyError {
  return (code, details = {}, options = {}) => {
    const entry = catalogue[code]
    return entry ? new RallyError(code, details, { ...options, entry }) : new RallyError('INTERNAL', { reason: code })
  }
}

/** Whether `error` is a RallyError of any copy of this package. */
export function isRallyError(error: unknown): error is RallyError {
  return error instanceof Error && error.name === 'RallyError' && typeof (error as { code?: unknown }).code === 'string'
}

/** The short text of an operating-system or unknown error, without paths that a peer could have chosen. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return String(error)
}
