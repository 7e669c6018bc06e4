/**
 * The error catalogue: every failure that a user can meet has a code here, with the sentence, the hint and the exit code.
 * Errors cross package copies by `code`, never by `instanceof`: a plugin may carry its own copy of this package.
 */

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

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** JSON-safe facts that explain an error; they appear as `error.details`. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** One failure: its exit code and its sentences, each made from the details. */
export interface CatalogueEntry {
  readonly exit: ExitCode
  readonly message: (d: ErrorDetails) => string
  readonly hint?: (d: ErrorDetails) => string
}

/** The failures of one package by their code, `UPPER_CASE`. Core has its own below; a plugin brings one for what only it knows. */
export type ErrorCatalogue = Readonly<Record<string, CatalogueEntry>>

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value))

/** Peer- or user-supplied text inside a message: quoted, one line, cut. */
const quote = (value: unknown): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not reach a terminal
  const clean = text(value).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '?')
  return JSON.stringify(clean.length > 80 ? `${clean.slice(0, 77)}...` : clean)
}

/** Names inside a message: each cleaned and cut. */
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map((one) => quote(one).slice(1, -1)) : [])

/** How many others share the fate of the one that a message names. */
const more = (count: unknown): string => (typeof count === 'number' && count > 0 ? ` (and ${count} more)` : '')

// Stryker disable StringLiteral: sentences for people; a test that repeats them proves nothing
export const CATALOGUE = {
  USAGE: {
    exit: EXIT.usage,
    message: (d) => text(d.message ?? 'the command line is not understood'),
    hint: (d) => text(d.hint ?? 'run the command with --help'),
  },
  NOT_A_REPOSITORY: {
    exit: EXIT.usage,
    message: (d) => `${quote(d.workdir)} is not inside a git repository${d.reason ? `: ${quote(d.reason)}` : ''}`,
    hint: () => 'run rally inside a repository, or name one with --workdir',
  },
  WORKDIR_MISSING: {
    exit: EXIT.usage,
    message: (d) =>
      `the working directory ${quote(d.workdir)} ${d.reason ? `cannot be used: ${quote(d.reason)}` : 'does not exist'}`,
    hint: () => 'give --workdir a folder that exists',
  },
  SESSION_UNKNOWN: {
    exit: EXIT.usage,
    message: () => 'rally cannot tell which session is asking',
    hint: () => 'pass --session-id, or set RALLY_SESSION_ID',
  },
  SESSION_AMBIGUOUS: {
    exit: EXIT.usage,
    message: (d) => `several live sessions belong to this process: ${text(d.sessions)}`,
    hint: () => 'pass --session-id to say which one is asking',
  },
  UNSAFE_ID: {
    exit: EXIT.refused,
    message: (d) => `${quote(d.value)} is not a usable ${text(d.what ?? 'id')}`,
    hint: () => 'ids hold 1 to 128 of the characters A-Z a-z 0-9 _ . : @ - and do not start with a dot',
  },
  CHANNEL_ESCAPES: {
    exit: EXIT.refused,
    message: (d) => `the channel folder ${quote(d.dir)} leads outside the apps root ${quote(d.root)}`,
    hint: () => 'remove the symbolic link, or choose another AGENT_RALLY_APPS_ROOT',
  },
  CHANNEL_UNUSABLE: {
    exit: EXIT.failed,
    message: (d) => `the channel ${quote(d.dir)} cannot be used: ${text(d.reason)}`,
    hint: () => 'run rally doctor',
  },
  CHANNEL_UNAVAILABLE: {
    exit: EXIT.failed,
    message: (d) => `the channel resolver answered with a protocol this rally does not speak (${quote(d.version)})`,
    hint: () => 'unset AGENT_RALLY_DISCOVER, or update the program that it names',
  },
  NOT_STORED: {
    exit: EXIT.failed,
    message: (d) => `the ${text(d.what ?? 'record')} was not stored: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'check free space and permissions with rally doctor, then run the command again'),
  },
  READ_FAILED: {
    exit: EXIT.failed,
    message: (d) => `cannot read ${quote(d.path)}: ${text(d.reason)}`,
    hint: () => 'check its permissions with rally doctor',
  },
  BUSY: {
    exit: EXIT.busy,
    message: (d) => `another process holds ${quote(d.what)}`,
    hint: () => 'run the command again in a moment',
  },
  LOCK_UNAVAILABLE: {
    exit: EXIT.failed,
    message: (d) => `cannot lock ${quote(d.path)}: ${text(d.reason)}`,
    hint: () => 'rally needs flock(2); see rally doctor',
  },
  HANDOFF_INCOMPLETE: {
    exit: EXIT.refused,
    message: (d) => `the handoff is incomplete: ${text(d.fields)}`,
    hint: () => 'state what is owned, what is not, the interface contract and the integration checkpoint',
  },
  NO_SUCH_RECIPIENT: {
    exit: EXIT.notFound,
    message: (d) => {
      const several = list(d.several)
      const begins = several.length > 0 ? `: several begin so (${several.join(', ')})` : ''
      if (d.recipient === 'lead') return 'nobody leads this room'
      return `nobody and nothing here is called ${quote(d.recipient)}${begins}`
    },
    hint: (d) => {
      const near = list(d.nearest).length > 0 ? `did you mean ${list(d.nearest).join(', ')}? ` : ''
      const here = list(d.here).length > 0 ? `here: ${list(d.here).join(', ')}` : 'nobody is here now'
      return `${near}${here}; --unseen delivers all the same`
    },
  },
  BLOCKED: {
    exit: EXIT.refused,
    message: (d) => `the room is blocked: ${text(d.required_action)}`,
    hint: () => 'run rally status to see what blocks it',
  },
  LEASE_HELD: {
    exit: EXIT.refused,
    message: (d) => `the lease is held by ${quote(d.holder)}`,
    hint: (d) => text(d.hint ?? 'wait until it expires, or ask the holder to transfer it'),
  },
  LEASE_NOT_HELD: {
    exit: EXIT.refused,
    message: (d) => `this session does not hold the lease (${text(d.reason)})`,
    hint: () => 'rally lead status shows who does',
  },
  CLAIM_HELD: {
    exit: EXIT.refused,
    message: (d) => {
      const said = d.overlap === 'possible' ? 'may overlap' : 'overlaps'
      const why = typeof d.why === 'string' ? ` (${quote(d.why)})` : ''
      const theirs = `${quote(d.theirs)}, which ${quote(d.holder)} claimed${why} until ${text(d.until)}`
      return `${quote(d.pattern)} ${said} ${theirs}${more(d.more)}`
    },
    hint: (d) => text(d.hint ?? 'rally claims lists all claims; choose other files, or ask the holder'),
  },
  RUN_CLOSEOUT_REFUSED: {
    exit: EXIT.refused,
    message: () => 'a run close-out can only be posted by the program that owns the run',
    hint: () => 'use the command of the plugin that supplies the run: it looks first whether everything is settled',
  },
  RETRACT_NOT_FOUND: {
    exit: EXIT.failed,
    message: (d) => `no record has the id ${quote(d.fact)}`,
    hint: () => 'rally status --json lists recent records with their event_id',
  },
  RETRACT_REFUSED: {
    exit: EXIT.failed,
    message: (d) => `the record ${quote(d.fact)} cannot be retracted: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'use --force if you are sure'),
  },
  NOT_FOUND: {
    exit: EXIT.notFound,
    message: (d) => `there is no ${text(d.what)} ${quote(d.value)}`,
    hint: (d) => text(d.hint ?? 'rally roster shows what is there'),
  },
  RUN_IDENTITY_UNSUPPORTED: {
    exit: EXIT.usage,
    message: () => 'no installed plugin supplies a run identity',
    hint: (d) => (d.plugin ? `run: rally plugins install ${text(d.plugin)}` : 'install a plugin that supplies one'),
  },
  STATE_CORRUPT: {
    exit: EXIT.failed,
    message: (d) => `${quote(d.path)} is damaged and was left as it is: ${text(d.reason)}`,
    hint: () => 'repair or move the file away, then run the command again',
  },
  CONFIG_INVALID: {
    exit: EXIT.usage,
    message: (d) => `the configuration ${quote(d.path)} is not valid: ${text(d.reason)}`,
    hint: () => 'docs/reference/configuration.md lists every key',
  },
  HOST_UNKNOWN: {
    exit: EXIT.notFound,
    message: (d) => `no installed plugin supplies the host ${quote(d.host)}`,
    hint: (d) => text(d.hint ?? 'rally hosts lists the hosts that were found'),
  },
  HOST_NOT_DETECTED: {
    exit: EXIT.usage,
    message: () => 'no coding host was found in this repository or in the home folder',
    hint: (d) => `name one: rally hooks install --host ${text(d.example ?? 'ID')}`,
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
    hint: () => 'run: rally hooks install',
  },
  HOOKS_SILENT: {
    exit: EXIT.failed,
    message: (d) => `${text(d.count)} of ${text(d.of)} installed hooks would not do their work`,
    hint: () => 'each line says what to do',
  },
  PAYLOAD_UNREADABLE: {
    exit: EXIT.failed,
    message: () => 'standard input holds no JSON object',
    hint: () => 'pipe the payload that the host hands to a hook into this command',
  },
  PLUGIN_REFUSED: {
    exit: EXIT.failed,
    message: (d) => `the plugin ${text(d.plugin)} is not used: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'update it with: rally plugins update'),
  },
  TRANSPORT_UNKNOWN: {
    exit: EXIT.notFound,
    message: (d) => `no installed plugin supplies the transport ${quote(d.transport)}`,
    hint: (d) => `run: rally plugins install @rally/transport-${text(d.transport)}`,
  },
  SERVER_UNREACHABLE: {
    exit: EXIT.busy,
    message: (d) => `the server ${text(d.server)} cannot be reached: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'check the address and the network; nothing is lost, the records wait on this machine'),
  },
  SERVER_REFUSED: {
    exit: EXIT.refused,
    message: (d) => `the server ${text(d.server)} does not accept these credentials`,
    hint: () => 'check user, password_file, token_file, nkey or credentials under "relay" in the configuration',
  },
  SERVER_CERTIFICATE: {
    exit: EXIT.refused,
    message: (d) => `the certificate of ${text(d.server)} is not accepted: ${text(d.reason)}`,
    hint: () => 'renew the certificate, or name its authority in relay.tls.ca; rally never skips this check',
  },
  SERVER_UNSUPPORTED: {
    exit: EXIT.failed,
    message: (d) => `the server ${text(d.server)} cannot carry channels: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'rally needs nats-server 2.9 or newer with JetStream turned on for this account'),
  },
  SERVER_FORBIDDEN: {
    exit: EXIT.refused,
    message: (d) => `the server ${text(d.server)} does not permit ${text(d.what)}`,
    hint: () => 'docs/reference/nats.md lists the permissions that the account needs',
  },
  SERVER_FULL: {
    exit: EXIT.failed,
    message: (d) => `the server ${text(d.server)} has no room for ${text(d.what)}: ${text(d.reason)}`,
    hint: () => 'raise relay.max_bytes or the limits of the account; the records wait on this machine',
  },
  TOO_LARGE: {
    exit: EXIT.refused,
    message: (d) => `the ${text(d.what ?? 'record')} is larger than the server ${text(d.server)} takes`,
    hint: () => 'put long text into a file and name the file; or raise max_payload of the server',
  },
  SERVER_FOREIGN_STREAM: {
    exit: EXIT.refused,
    message: (d) => `the stream ${text(d.stream)} on ${text(d.server)} does not belong to rally: ${text(d.reason)}`,
    hint: () => 'choose another relay.prefix, or remove that stream',
  },
  RELAY_NOT_CONFIGURED: {
    exit: EXIT.usage,
    message: () => 'no server is named for the relay',
    hint: (d) => text(d.hint ?? 'run: rally relay --to nats://HOST, or set "relay": {"to": …} in the configuration'),
  },
  RELAY_KEY_UNKNOWN: {
    exit: EXIT.usage,
    message: (d) => `the channel ${text(d.app)} has no name on the server: ${text(d.reason)}`,
    hint: () => 'run inside that repository: rally relay --channel NAME',
  },
  RELAY_KEY_TAKEN: {
    exit: EXIT.refused,
    message: (d) =>
      `the channels ${text(d.apps)} would share the name ${text(d.key)} on the server; none of them is relayed`,
    hint: () => 'give one of them a name of its own, inside its repository: rally relay --channel NAME',
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
  UNHEALTHY: {
    exit: EXIT.failed,
    message: (d) => `${text(d.count)} thing(s) are broken`,
    hint: () => 'each line above names one thing to do',
  },
  TIMED_OUT: {
    exit: EXIT.timedOut,
    message: (d) => `gave up after ${text(d.seconds)} s waiting for ${text(d.what)}`,
  },
  INTERNAL: {
    exit: EXIT.failed,
    message: (d) => `rally failed: ${text(d.reason)}`,
    hint: () => 'this is a bug in rally; run again with RALLY_DEBUG=1 and report the stack',
  },
} as const satisfies Record<string, CatalogueEntry>
// Stryker restore StringLiteral

export type ErrorCode = keyof typeof CATALOGUE

/**
 * A failure that a user can meet. `code` identifies it; `message` says what happened, `hint` what to try.
 * Expected outcomes (a lease that is held) are values of a use case; the command turns them into this at the very end.
 */
export class RallyError extends Error {
  override readonly name = 'RallyError'
  /** A code of core's catalogue, or of the catalogue of a package above it. */
  readonly code: ErrorCode | (string & {})
  readonly hint: string | null
  readonly details: ErrorDetails
  readonly exit: ExitCode

  constructor(code: ErrorCode, details?: ErrorDetails, options?: { cause?: unknown })
  constructor(code: string, details: ErrorDetails, options: { cause?: unknown; entry: CatalogueEntry })
  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    { entry = CATALOGUE[code], ...options }: { cause?: unknown; entry?: CatalogueEntry } = {},
  ) {
    super(entry.message(details), options)
    this.code = code
    this.hint = entry.hint?.(details) ?? null
    this.details = details
    this.exit = entry.exit
  }
}

/** Makes the failures of a catalogue: those of a package above core, in the same form as core's own. */
export function errorsOf<Catalogue extends ErrorCatalogue>(
  catalogue: Catalogue,
): (code: keyof Catalogue & string, details?: ErrorDetails, options?: { cause?: unknown }) => RallyError {
  return (code, details = {}, options = {}) => {
    const entry = catalogue[code]
    return entry ? new RallyError(code, details, { ...options, entry }) : new RallyError('INTERNAL', { reason: code })
  }
}

/** Whether `error` is a RallyError of any copy of this package. */
export function isRallyError(error: unknown): error is RallyError {
  return error instanceof Error && error.name === 'RallyError' && typeof (error as { code?: unknown }).code === 'string'
}

/** The short text of an operating-system or unknown error, without paths that a peer could have chosen. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return String(error)
}
