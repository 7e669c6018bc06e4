import type { ErrorCode, ErrorDetails } from '@rally/core/errors'

// Core's errors as the hot path needs them: nobody reads their sentences in a hook, and making those costs more than a look
// around. The build puts this module in the place of core's.

/** A failure by its code alone. */
export class RallyError extends Error {
  override readonly name = 'RallyError'

  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(code, options)
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
