import type { ErrorCatalogue } from '@rally/core/errors'
import { strings } from '@rally/core/readers'

/** What a call can fail with beside rally's own codes. */
export const CATALOGUE = {
  MCP_SESSION_UNKNOWN: {
    exit: 2,
    message: () => 'rally cannot tell which session is asking: no hook of the host that started this server has run',
    hint: () =>
      'install the hooks of that host and begin a new session (rally hooks install), or start rally mcp --session-id ID',
  },
  MCP_SESSION_AMBIGUOUS: {
    exit: 2,
    message: ({ names }) =>
      `several live sessions share the program that started this server: ${strings(names).join(', ')}`,
    hint: ({ names }) => `call again with "as" and your name, as "as": ${JSON.stringify(strings(names)[0])}`,
  },
  MCP_SESSION_OTHER: {
    exit: 5,
    message: ({ as, names }) =>
      `${JSON.stringify(as)} is no session of the program that started this server: ${strings(names).join(', ')}`,
    hint: ({ names }) => `leave "as" out, or use your own name, as ${JSON.stringify(strings(names)[0])}`,
  },
} as const satisfies ErrorCatalogue
