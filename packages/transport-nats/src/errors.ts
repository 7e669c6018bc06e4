import type { ErrorCatalogue } from '@rally/core/errors'

/** What only a NATS server can fail with, beside the codes that every transport has. */
export const CATALOGUE = {
  SERVER_UNSUPPORTED: {
    exit: 1,
    message: (d) => `the server ${String(d.server)} cannot carry channels: ${String(d.reason)}`,
    hint: (d) => String(d.hint ?? 'rally needs nats-server 2.9 or newer with JetStream turned on for this account'),
  },
  SERVER_FORBIDDEN: {
    exit: 5,
    message: (d) => `the server ${String(d.server)} does not permit ${String(d.what)}`,
    hint: () => 'rally help nats lists the permissions that the account needs',
  },
  SERVER_FULL: {
    exit: 1,
    message: (d) => `the server ${String(d.server)} has no room for ${String(d.what)}: ${String(d.reason)}`,
    hint: () => 'raise relay.max_bytes or the limits of the account; the records wait on this machine',
  },
  SERVER_FOREIGN_STREAM: {
    exit: 5,
    message: (d) =>
      `the stream ${String(d.stream)} on ${String(d.server)} does not belong to rally: ${String(d.reason)}`,
    hint: () => 'choose another relay.prefix, or remove that stream',
  },
} as const satisfies ErrorCatalogue
