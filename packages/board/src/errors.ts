import type { ErrorCatalogue } from '@rally/core/errors'

/** What the live views can fail with beside rally's own codes. */
export const CATALOGUE = {
  WEB_PORT_TAKEN: {
    exit: 1,
    message: ({ port }) => `port ${String(port)} of 127.0.0.1 is in use`,
    hint: () => 'name another port, or none: rally web takes a free one',
  },
  TOP_NO_TERMINAL: {
    exit: 2,
    message: () => 'rally top draws on a terminal, and this is none',
    hint: () => 'rally watch',
  },
} as const satisfies ErrorCatalogue
