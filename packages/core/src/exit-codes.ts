/** Exit codes of the command line. `docs/reference/exit-codes.md` explains each. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  timedOut: 4,
  refused: 5,
  busy: 6,
} as const

/** An exit code of the command line: 0 to 6. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
