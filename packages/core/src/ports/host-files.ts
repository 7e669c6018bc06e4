import type { JsonObject } from '../readers.js'

/** Formats of configuration files: JSON, JSON with comments, TOML. */
export type HookFileDialect = 'json' | 'jsonc' | 'toml'
/** Whose file it is: the repository's or the user's. */
export type HookScope = 'project' | 'user'

/** One entry that the installer adds to a configuration file. */
export interface HookEntry {
  /** Path of keys to the array that the entry is appended to, e.g. `['hooks', 'PreToolUse']`. */
  readonly at: readonly string[]
  /** The value to append, with the command line in the host's shape. */
  readonly value: JsonObject
  /** The host event that it serves (for `rally hooks verify` and status). */
  readonly event: string
}

/** A configuration file of the host that can hold hooks. */
export interface HookConfigFile {
  readonly scope: HookScope
  /** Relative to the repository (project) or the home folder (user), `/`-separated. */
  readonly path: string
  /** An environment variable that replaces the first path segment of a user file (`CODEX_HOME` for `.codex`). */
  readonly homeVariable?: string
  /** An environment variable that names another home folder, under which the whole `path` of a user file lies. */
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  /** Content of a file that does not exist yet, before entries are added. */
  readonly empty: string
  /** Comments kill the file in this host, so a file with comments is refused untouched. */
  readonly refuseComments?: boolean
  /** A comma after the last element is legal in this host's `jsonc`; without it such a file is refused untouched. */
  readonly trailingCommas?: boolean
  readonly entries: readonly HookEntry[]
  /** Steps that only the user can take, in the host's own words. */
  readonly trustSteps: readonly string[]
  /** Names of processes that read the file only at their start. */
  readonly restart: readonly string[]
  /** Where the host keeps the user's consent for this file; without rules the host asks for none. */
  readonly trust?: readonly HookTrustRule[]
}

/** A value in a file of the host, always below the home folder. */
export interface HostSetting {
  /** Relative to the home folder, `/`-separated. */
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  /**
   * Path of keys. Replaced inside each: `{repo}` (real path of the repository), `{file}` (absolute path of the configuration file) and,
   * where an entry is looked at, `{event}` (the key of its array), `{event_snake}`, `{group}` (index in that array), `{handler}`.
   */
  readonly at: readonly string[]
}

/** How to read from the host's own files whether the user has consented. Rally looks; it never consents for the user. */
export interface HookTrustRule extends HostSetting {
  /** Values that mean consent; absent: any value that is there. */
  readonly accepts?: readonly (string | boolean)[]
  /** Consent for a parent folder of `{repo}` counts as well. */
  readonly parents?: boolean
  /** The rule holds for every entry by itself (the keys name the entry). */
  readonly perEntry?: boolean
  /**
   * Per event the value that the host itself keeps for rally's entry as it stands in `configFiles`. With it rally can tell
   * consent for this entry from consent for another, and `rally hooks install --trust` can write it.
   */
  readonly values?: Readonly<Record<string, string>>
  /** A setting by which the user has told the host not to ask at all. */
  readonly waivedBy?: HookOffSwitch
  /** What the user has to do, in the host's own words. */
  readonly step: string
}

/** A setting by which the user, or a policy, turns this host's hooks off. */
export interface HookOffSwitch {
  readonly scope: HookScope
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  readonly at: readonly string[]
  /** The value that turns hooks off. */
  readonly off: string | boolean
}

/** How the host starts the command line of a hook; `rally hooks verify` starts it the same way. */
export interface HookRunner {
  /** Program and arguments in front of the command text; `$SHELL` stands for the user's shell. */
  readonly shell: readonly string[]
  /** `here-document`: the host hands the payload over as shell text behind the command. */
  readonly stdin: 'pipe' | 'here-document'
  /** Where a hook of a user file starts: in the session's folder or in the folder of that file. */
  readonly userCwd: 'session' | 'config'
  /** Variables that the host adds; `{cwd}` and `{session}` are replaced. */
  readonly env: Readonly<Record<string, string>>
  /** What happens when both scopes hold the same command line. */
  readonly duplicates: 'once' | 'twice'
}

/** A recorded payload that the plugin ships, for `rally hooks verify` and the contract suite. */
export interface HookSample {
  /** The host event. */
  readonly event: string
  /** Path inside the plugin package. */
  readonly file: string
}

/** A text file that the installer places whole (a skill, a slash command, a rule). */
export interface HostTextFile {
  readonly scope: HookScope
  readonly path: string
  readonly homeVariable?: string
  /** As in HookConfigFile. */
  readonly rootVariable?: string
  /** Path inside the plugin package. */
  readonly template: string
}

/** The sandbox in which a host runs the commands of its agents, where that keeps them from writing to the room. */
export interface HostSandbox {
  /** Variables that are set inside, each with its value; the empty text stands for any value. One of them is enough. */
  readonly variables: Readonly<Record<string, string>>
  /** Where a read-only room is enough to know it: hosts that set none of the variables in every one of their modes. */
  readonly readOnly?: boolean
  /** What the person does about it, in words that begin with a verb; `{rooms}` is replaced by the folder of the rooms. */
  readonly step: string
}
