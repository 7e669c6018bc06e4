const CODES = {
  STATE_CORRUPT: { exit: 1, hint: 'repair or move the file away, then run the command again' },
  NOT_STORED: { exit: 1, hint: 'check free space and permissions, then run the command again' },
  BUSY: { exit: 6, hint: 'run the command again in a moment' },
} as const

/** An error with a code of rally's catalogue; errors cross package copies by `code`, so no class of core is needed. */
export function failure(code: keyof typeof CODES, details: Readonly<Record<string, unknown>>, message: string): Error {
  return Object.assign(new Error(message), { name: 'RallyError', code, details, ...CODES[code] })
}
