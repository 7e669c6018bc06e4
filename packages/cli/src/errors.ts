import { more, quote, text } from '@rally/core/error-sentences'
import { type ErrorCatalogue, EXIT, errorsOf } from '@rally/core/errors'

/** What only the command line can fail with: hooks, plugins and the checks of `rally doctor`. */
export const CATALOGUE = {
  RUN_IDENTITY_UNSUPPORTED: {
    exit: EXIT.usage,
    message: () => 'no installed plugin supplies a run identity',
    hint: (d) => (d.plugin ? `run: rally plugins install ${text(d.plugin)}` : 'install a plugin that supplies one'),
  },
  HOST_NOT_DETECTED: {
    exit: EXIT.usage,
    message: () => 'no coding host was found in this repository or in the home folder',
    hint: (d) => `name one: rally hooks install --host ${text(d.example ?? 'ID')}`,
  },
  HOST_PLUGIN_MISSING: {
    exit: EXIT.usage,
    message: (d) => `${text(d.title)} is used here, and no installed plugin knows it`,
    hint: (d) => `rally plugins install ${text(d.plugin)}, then rally hooks install --host ${text(d.id)}`,
  },
  PROBE_UNHEARD: {
    exit: EXIT.failed,
    message: (d) => `no hook of ${text(d.title)} came`,
    hint: (d) =>
      `rally hooks status --host ${text(d.id)} tells whether they are in place; begin a new session in this repository`,
  },
  PROBE_LOST: {
    exit: EXIT.failed,
    message: (d) =>
      `${text(d.title)} is declared to hand text to its model at ${quote(d.moments)}, and it did not come back`,
    hint: () =>
      'play once more with the prompt as it stands there; if it stays lost, take the moment out of capabilities.context',
  },
  HOST_NAME_BAD: {
    exit: EXIT.usage,
    message: (d) => `${quote(d.name)} cannot be the name of a host: one word of up to 16 lower-case letters and digits`,
    hint: (d) => `for example: rally hosts new ${text(d.example)}`,
  },
  HOST_NAME_TAKEN: {
    exit: EXIT.refused,
    message: (d) => `there is a plugin for a host of the name ${quote(d.name)} already: ${text(d.plugin)}`,
    hint: () => 'choose another name, or install that plugin: rally plugins install',
  },
  FOLDER_TAKEN: {
    exit: EXIT.refused,
    message: (d) => `${quote(d.folder)} is there already`,
    hint: () => 'choose another name, or another place: --in DIR',
  },
  HOOK_FILE_REFUSED: {
    exit: EXIT.refused,
    message: (d) => `${text(d.place)} was left as it is: ${text(d.reason)}${more(d.more)}`,
    hint: (d) => text(d.hint ?? 'repair the file, then run the command again'),
  },
  HOOK_FILE_FAILED: {
    exit: EXIT.failed,
    message: (d) => `${text(d.place)} was not changed: ${text(d.reason)}${more(d.more)}`,
    hint: (d) => text(d.hint ?? 'check its permissions, then run the command again'),
  },
  HOOKS_ABSENT: {
    exit: EXIT.notFound,
    message: () => 'no hooks of rally are installed here',
    hint: (d) => `run: rally hooks install --host ${text(d.example ?? 'ID')}`,
  },
  HOOKS_SILENT: {
    exit: EXIT.failed,
    message: (d) => `${text(d.count)} of ${text(d.of)} installed hooks would not do their work`,
    hint: () => 'each line says what to do',
  },
  OTHERS_WORK: {
    exit: EXIT.refused,
    message: (d) =>
      `${text(d.count)} of ${text(d.of)} ${text(d.what ?? 'files')} ${d.count === 1 ? 'is' : 'are'} worked on or claimed by others: ${quote(d.path)} (${text(d.why)})${more(d.more)}`,
    hint: (d) => text(d.hint ?? 'commit your own files by name: git commit -- FILE'),
  },
  BRANCH_MOVED: {
    exit: EXIT.refused,
    message: (d) => `the branch is ${quote(d.now)} now, and was ${quote(d.was)} when this session last acted`,
    hint: () => 'look at git status and git log before you commit',
  },
  GUARD_OUTSIDE: {
    exit: EXIT.refused,
    message: (d) =>
      `core.hooksPath is ${quote(d.configured)}, outside of this repository: its hooks may be those of others, too`,
    hint: (d) => text(d.hint ?? 'add the line to that hook yourself, or unset core.hooksPath'),
  },
  NPM_MISSING: {
    exit: EXIT.failed,
    message: (d) => `rally needs npm for this, and none is beside ${text(d.node ?? 'Node')} or on PATH`,
    hint: () => 'install Node with its npm (nodejs.org has both), or put the folder of npm on PATH',
  },
  NEWEST_UNKNOWN: {
    exit: EXIT.failed,
    message: (d) => `npm could not say which version of ${text(d.name)} is the newest: ${text(d.reason)}`,
    hint: (d) => `is the registry in reach? npm says more: npm view ${text(d.name)} version`,
  },
  YARN_MISSING: {
    exit: EXIT.failed,
    message: () => 'the folder has a yarn.lock: yarn installs its dependencies, and there is none on PATH',
    hint: () => 'install them yourself, then run: rally plugins link FOLDER --no-install',
  },
  PAYLOAD_UNREADABLE: {
    exit: EXIT.failed,
    message: () => 'standard input holds no JSON object',
    hint: () => 'pipe the payload that the host hands to a hook into this command',
  },
  TRANSPORT_UNKNOWN: {
    exit: EXIT.notFound,
    message: (d) => `no installed plugin supplies the transport ${quote(d.transport)}`,
    hint: (d) => `run: rally plugins install @rally/transport-${text(d.transport)}`,
  },
  RELAY_NOT_CONFIGURED: {
    exit: EXIT.usage,
    message: () => 'no server is named for the relay',
    hint: (d) => text(d.hint ?? 'run: rally relay --to nats://HOST, or set "relay": {"to": …} in the configuration'),
  },
  UNHEALTHY: {
    exit: EXIT.failed,
    message: (d) => `${text(d.count)} problem${d.count === 1 ? '' : 's'} found`,
    hint: () => 'each line above names one thing to do',
  },
} as const satisfies ErrorCatalogue

export const cliError = errorsOf(CATALOGUE)
