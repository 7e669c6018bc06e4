import type { JsonObject } from '../readers.js'

/** Formats of configuration files: JSON, JSON with comments, TOML. */
export type HookFileDialect = 'json' | 'jsonc' | 'toml'
/** Whose file it is: the repository's, the user's, or the user's in this repository alone. */
export type HookScope = 'project' | 'user' | 'local'

/** What stands for a hook in a configuration file. */
export type HookValue = JsonObject | string | readonly unknown[]

/** One entry that the installer adds to a configuration file. */
export interface HookEntry {
  /** Path of keys to the array that the entry is appended to, e.g. `['hooks', 'PreToolUse']`. */
  readonly at: readonly string[]
  /** The value to append: the command line in the host's shape, wherever in it, also a bare text or a list. */
  readonly value: HookValue
  /** The host event that it serves (for `rally hooks verify` and status); it may hold dots. */
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
  /** A linked worktree has no file of its own: the host reads that of the main checkout, if the worktree has the folder. */
  readonly checkout?: 'main'
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

/**
 * A program in the host's own kind (a JavaScript or TypeScript plugin, a script) that calls `rally-hook HOST EVENT` itself, placed
 * whole, for hosts whose extensions are programs.
 */
export interface HostProgramFile extends HostTextFile {
  /** The events for which it calls `rally-hook`; with a sample each can be verified. */
  readonly events: readonly string[]
  /** The host starts the file itself, so it needs the right to run. */
  readonly executable?: boolean
  /** As in HookConfigFile. */
  readonly trustSteps?: readonly string[]
  readonly restart?: readonly string[]
  readonly trust?: readonly HookTrustRule[]
}

/** A file or folder by which it shows that the host is used here. */
export interface HostSign {
  readonly scope: HookScope
  /** Relative to the repository (project) or the home folder (user), `/`-separated. */
  readonly path: string
  /** As in HookConfigFile. */
  readonly homeVariable?: string
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

/** A file that decides, beside those that can hold our entries, whether the host runs them: a policy, settings of another scope. */
export interface HostDecidingFile {
  /** `system`: the path is absolute. */
  readonly scope: HookScope | 'system'
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  /** The path is a folder, and every file in it with the ending of the dialect counts. */
  readonly folder?: boolean
}

/** A file of the host as it stands. */
export interface HostFileState extends Pick<HostDecidingFile, 'scope'> {
  /** Absolute. */
  readonly path: string
  /** What it holds; undefined when there is no such file, or it cannot be read. */
  readonly value: unknown
  /** Why it cannot be read. */
  readonly problem?: string
  /** Whether a symbolic link leads to it. */
  readonly linked: boolean
}

/** Why a host does not run hooks that stand in its files. */
export interface HookObstacle {
  /** `off`: somebody switched hooks off. `ignored`: the host passes over them. */
  readonly kind: 'off' | 'ignored'
  /** What was seen, with the place. */
  readonly reason: string
  /** What to do about it. */
  readonly remedy: string
  /** Absolute path of the file whose hooks it concerns; without it those of all files. */
  readonly file?: string
  /** The events that it concerns; without it all. */
  readonly events?: readonly string[]
}

/** Whether the host would run hooks as its files stand. */
export interface HookVerdict {
  readonly obstacles: readonly HookObstacle[]
  /** What does not stop hooks and has to be known all the same, one sentence each. */
  readonly notes: readonly string[]
  /** Names of the host's own plugins that are switched on, as they stand in `plugins`. */
  readonly plugins?: readonly string[]
}

/** Where a host keeps its own plugins, which can bring hooks of rally, too. */
export interface HostPluginPlace {
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  /** Parts of the path below that name a plugin: `{name}`, `{market}`, `{version}` stand for one folder each. */
  readonly below: string
  /** A plugin counts when the verdict names it so (`{name}@{market}`); without it every plugin that is there counts. */
  readonly as?: string
}

/** By what can be seen that the host's program runs, or ran: for telling that none of its hooks did. */
export interface HostTraces {
  /** Names of its processes. */
  readonly programs: readonly string[]
  /** Folders of the user's below which every session leaves or changes a file. */
  readonly folders: readonly { readonly path: string; readonly homeVariable?: string; readonly rootVariable?: string }[]
}

/** Which files decide and what they come to. */
export interface HostEffect {
  readonly deciding: readonly HostDecidingFile[]
  readonly plugins?: HostPluginPlace
  /** Judges the files that can hold entries and those that decide, in the order of the declarations. Pure; never throws for any content. */
  judge(files: readonly HostFileState[]): HookVerdict
}

/**
 * What lets agents of the host type rally's commands: one rule for each single command, never for the bare word. Written only by
 * `rally hooks install --allow`, and taken back by uninstall.
 */
export interface HostConsent {
  /** Scopes of an install for which it is written. */
  readonly installs: readonly HookScope[]
  /** Where it is written: never into a file that others get. */
  readonly scope: HookScope
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  /** Keys that lead to a list of rules in a settings file; without it the file is rally's own, one rule a line. */
  readonly at?: readonly string[]
  /** Content of a settings file that does not exist yet, or the first lines of rally's own. */
  readonly empty: string
  /** The rule for a command; `{command}` is replaced. */
  readonly each: string
  /** Rules of the user's own that allow all of it already. */
  readonly accepts?: readonly string[]
  /** What agents cannot do without it, one sentence. */
  readonly without: string
}
