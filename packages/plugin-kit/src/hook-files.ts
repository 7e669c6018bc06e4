import type { HookConfigFile, HookEntry, HookValue, HostProgramFile, HostTextFile } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'

/** What may be said of one entry. */
export interface HookLine {
  readonly event: string
  /** Narrows the event to some tools. */
  readonly matcher?: string
  /** In the host's unit. */
  readonly timeout: number
  /** A name for the entry, where the host has such a thing. */
  readonly name?: string
}

/** What differs for one event; `sample` names its recorded payload where it is not the event's name, or false where there is none. */
export type HookLines = Readonly<
  Record<string, Partial<Omit<HookLine, 'event'>> & { readonly sample?: string | false }>
>

/** The files that hold a host's hooks: the same entries for the project and for the user. */
export interface HookFiles {
  /** The events that rally wants to hear; ask for as few as possible, each call is a process. */
  readonly events: readonly string[]
  readonly lines?: HookLines
  readonly timeout: number
  /** The keys of the list that holds an event's entries; without it `hooks`, then the event. */
  readonly at?: (event: string) => readonly string[]
  /** The value of one entry in the host's shape. */
  readonly entry: (command: string, line: HookLine) => HookValue
  /** What is true of both files; `empty` is `{}` where nothing else is said. */
  readonly file: Pick<HookConfigFile, 'path' | 'dialect'> & Partial<HookConfigFile>
  /** What differs. Without `trustSteps` these are the steps of `trust`. */
  readonly project?: Partial<HookConfigFile>
  readonly user?: Partial<HookConfigFile>
  /** A file of the user's alone below the repository, where the host has one. */
  readonly local?: Partial<HookConfigFile>
}

/** `{matcher, hooks: [{type: 'command', …}]}`, the form that several hosts share. */
export const groupedEntry = (command: string, { matcher, name, timeout }: HookLine): JsonObject => ({
  ...(matcher === undefined ? {} : { matcher }),
  hooks: [{ type: 'command', ...(name === undefined ? {} : { name }), command, timeout }],
})

/** `{command, matcher, timeout}`: a flat list per event. */
export const flatEntry = (command: string, { matcher, timeout }: HookLine): JsonObject => ({
  command,
  ...(matcher === undefined ? {} : { matcher }),
  timeout,
})

/** Where a file of the user's lies, if a variable moves it. */
export type UserFolder = Pick<HookConfigFile, 'homeVariable' | 'rootVariable'>

/** The project's file and the user's, each with all entries. */
export function hookFiles(
  command: (event: string) => string,
  hooks: HookFiles,
  userFolder: UserFolder,
): HookConfigFile[] {
  const entries = hooks.events.map(
    (event): HookEntry => ({
      at: hooks.at?.(event) ?? ['hooks', event],
      event,
      value: hooks.entry(command(event), { timeout: hooks.timeout, ...hooks.lines?.[event], event }),
    }),
  )
  const scopes = hooks.local === undefined ? (['project', 'user'] as const) : (['project', 'user', 'local'] as const)
  return scopes.map((scope) => {
    const own = { ...(scope === 'user' ? userFolder : {}), ...hooks[scope] }
    const trustSteps = own.trust?.map(({ step }) => step) ?? []
    return { restart: [], empty: '{}\n', trustSteps, ...hooks.file, entries, ...own, scope }
  })
}

/** The plugin's skill in the project and in the user's home folder, at the same place unless both are named. */
export function skillFiles(
  skill: string | Readonly<Record<'project' | 'user', string>>,
  userFolder: UserFolder,
): readonly HostTextFile[] {
  const { project, user } = typeof skill === 'string' ? { project: skill, user: skill } : skill
  const template = 'skills/agent-rally-point/SKILL.md'
  return [
    { scope: 'project', path: project, template },
    { scope: 'user', path: user, template, ...userFolder },
  ]
}

/** A program of the host's own kind, in the project and for the user; `events` are those for which it calls rally-hook. */
export interface ProgramFiles extends Pick<HostProgramFile, 'template' | 'executable' | 'restart'> {
  readonly events: readonly string[]
  readonly project?: Pick<HostProgramFile, 'path'> & Partial<HostProgramFile>
  readonly user?: Pick<HostProgramFile, 'path'> & Partial<HostProgramFile>
}

/** The program at the places that it has. */
export function programFiles(program: ProgramFiles, userFolder: UserFolder): readonly HostProgramFile[] {
  const { project, user, ...both } = program
  return [
    ...(project === undefined ? [] : [{ ...both, ...project, scope: 'project' as const }]),
    ...(user === undefined ? [] : [{ ...both, ...userFolder, ...user, scope: 'user' as const }]),
  ]
}

/** Names of recorded payloads, one for each event that has one. */
export function samplesOf({ events, lines = {} }: Pick<HookFiles, 'events' | 'lines'>): readonly string[] {
  return events.flatMap((event) => {
    const { sample = event } = lines[event] ?? {}
    return sample === false ? [] : [sample]
  })
}
