import { quote, text } from '@rally/core/error-sentences'
import { type ErrorCatalogue, EXIT, errorsOf } from '@rally/core/errors'

/** What only a relay can fail with. */
export const CATALOGUE = {
  RELAY_KEY_UNKNOWN: {
    exit: EXIT.usage,
    message: (d) => `the channel ${text(d.app)} has no name on the server: ${text(d.reason)}`,
    hint: (d) => `run inside that repository: rally relay --channel ${text(d.app)}`,
  },
  RELAY_CHANNEL_PROPOSED: {
    exit: EXIT.refused,
    message: (d) =>
      text(
        d.message ??
          `the repository of ${text(d.app)} asks for the room ${quote(d.key)} on the server, and nobody on this machine has accepted that`,
      ),
    hint: (d) =>
      text(d.hint ?? `if you trust that room, run inside that repository: rally relay --channel ${text(d.key)}`),
  },
  RELAY_KEY_TAKEN: {
    exit: EXIT.refused,
    message: (d) =>
      `the channels ${text(d.apps)} would share the name ${text(d.key)} on the server; none of them is relayed`,
    hint: () => 'give one of them a name of its own, inside its repository: rally relay --help shows how',
  },
  RELAY_RUNNING: {
    exit: EXIT.busy,
    message: (d) => `a relay of this machine is running already (process ${text(d.pid)})`,
    hint: () => 'rally relay --status shows what it does; stop it to start another one',
  },
  RELAY_TWIN: {
    exit: EXIT.refused,
    message: (d) => `this apps root is a copy: another computer replicates as the machine ${text(d.machine)}`,
    hint: () => 'start with an empty apps root (AGENT_RALLY_APPS_ROOT); its channels come from the server',
  },
} as const satisfies ErrorCatalogue

export const relayError = errorsOf(CATALOGUE)
