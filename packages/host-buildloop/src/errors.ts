import type { ErrorCatalogue } from '@rally/core/errors'

/** What the commands of this plugin can fail with beside rally's own codes. */
export const CATALOGUE = {
  HANDOFF_OPEN: {
    exit: 5,
    message: ({ count, handoffs }) =>
      `${String(count)} handoff(s) of this session are not settled: ${String(handoffs)}`,
    hint: ({ first }) =>
      `wait for an answer, or record the fallback: rally buildloop poll-gate dispose --event-id ${String(first)}`,
  },
} as const satisfies ErrorCatalogue
