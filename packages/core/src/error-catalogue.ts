import { list, more, quote, text } from './error-sentences.js'
import { EXIT, type ExitCode } from './exit-codes.js'

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

/** What somebody in a room can meet, and what the ports of this package promise to fail with. */
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
    hint: (d) => {
      const [first] = list(d.names)
      return `pass --session-id to say which one is asking${first === undefined ? '' : `, as --session-id ${first}`}`
    },
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
  CHANNEL_OF_ANOTHER: {
    exit: EXIT.refused,
    message: (d) => `the room ${quote(d.dir)} belongs to user ${text(d.owner)}, and sudo made rally run as root`,
    hint: () => 'run it without sudo: what root writes there, its owner cannot change',
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
    hint: (d) => text(d.hint ?? 'check free space and permissions: rally doctor; then run the command again'),
  },
  READ_FAILED: {
    exit: EXIT.failed,
    message: (d) => `cannot read ${quote(d.path)}: ${text(d.reason)}`,
    hint: () => 'check its permissions: rally doctor',
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
  HANDOFF_CLOSED: {
    exit: EXIT.refused,
    message: (d) => `the handoff ${text(d.handoff)} cannot be changed: ${quote(d.reason).slice(1, -1)}`,
    hint: () => 'rally handoffs --all shows how far each is',
  },
  HANDOFF_DECLINED: {
    exit: EXIT.refused,
    message: (d) => `the handoff ${text(d.handoff)} was declined${d.reason ? `: ${quote(d.reason)}` : ''}`,
    hint: () => 'hand it to another session: rally handoff --help',
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
      return `${near}${here}${d.unseen === true ? '; --unseen delivers all the same' : ''}`
    },
  },
  BLOCKED: {
    exit: EXIT.refused,
    message: (d) => `the room is blocked: ${text(d.because ?? d.required_action)}`,
    hint: (d) => (d.status === 'blocked' ? text(d.hint) : 'run rally status to see what blocks it'),
  },
  LEASE_HELD: {
    exit: EXIT.refused,
    message: (d) => `the lease is held by ${quote(d.name ?? d.holder)}`,
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
      const theirs = `${quote(d.theirs)}, which ${quote(d.holder)} claimed${why} until ${text(d.end ?? d.until)}`
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
  STATE_CORRUPT: {
    exit: EXIT.failed,
    message: (d) => `${quote(d.path)} is damaged and was left as it is: ${text(d.reason)}`,
    hint: () => 'repair or move the file away, then run the command again',
  },
  CONFIG_INVALID: {
    exit: EXIT.usage,
    message: (d) => `the configuration ${quote(d.path)} is not valid: ${text(d.reason)}`,
    hint: () => 'rally help configuration lists every key',
  },
  HOST_UNKNOWN: {
    exit: EXIT.notFound,
    message: (d) => `no installed plugin supplies the host ${quote(d.host)}`,
    hint: (d) => text(d.hint ?? 'rally hosts lists the hosts that were found'),
  },
  PLUGIN_REFUSED: {
    exit: EXIT.failed,
    message: (d) => `the plugin ${text(d.plugin)} is not used: ${text(d.reason)}`,
    hint: (d) => text(d.hint ?? 'update it with: rally plugins update'),
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
  TOO_LARGE: {
    exit: EXIT.refused,
    message: (d) => `the ${text(d.what ?? 'record')} is larger than the server ${text(d.server)} takes`,
    hint: () => 'put long text into a file and name the file; or raise max_payload of the server',
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
} as const satisfies ErrorCatalogue
// Stryker restore StringLiteral
