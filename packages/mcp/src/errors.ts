import type { ErrorCatalogue } from '@rally/core/errors'

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
    message: ({ names }) => `several live sessions share the program that started this server: ${String(names)}`,
    hint: ({ name }) => `call again with "as" and your own name, for example "as": "${String(name)}"`,
  },
  MCP_SESSION_OTHER: {
    exit: 5,
    message: ({ as, names }) =>
      `${JSON.stringify(String(as).slice(0, 80))} is no session of the program that started this server: ${String(names)}`,
    hint: ({ name }) => `leave "as" out, or use your own name, for example "${String(name)}"`,
  },
} as const satisfies ErrorCatalogue
