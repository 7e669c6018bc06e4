import type { HookConfigFile, HookEntry, HostApi, HostTextFile } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'

/** What may be said of one entry beside its event. */
export interface HookLine {
  /** Narrows the event to some tools. */
  readonly matcher?: string
  /** In the host's unit; without it the one of all entries. */
  readonly timeout?: number
  /** A name for the entry, where the host has such a thing. */
  readonly name?: string
}

/** The events that rally wants to hear; ask for as few as possible, each call is a process. */
export type HookEvents = Readonly<Record<string, HookLine>>

/** The files that hold a host's hooks: the same entries for the project and for the user. */
export interface HookFiles {
  readonly events: HookEvents
  readonly timeout: number
  /** The value of one entry in the host's shape. */
  readonly entry: (command: string, line: HookLine & { readonly timeout: number }) => JsonObject
  /** What is true of both files. */
  readonly file: Pick<HookConfigFile, 'path' | 'dialect' | 'empty'> & Partial<HookConfigFile>
  /** What differs. Without `trustSteps` these are the steps of `trust`. */
  readonly project?: Partial<HookConfigFile>
  readonly user?: Partial<HookConfigFile>
}

/** `{matcher, hooks: [{type: 'command', …}]}`, the form that several hosts share. */
export const groupedEntry: HookFiles['entry'] = (command, { matcher, name, timeout }) => ({
  ...(matcher === undefined ? {} : { matcher }),
  hooks: [{ type: 'command', ...(name === undefined ? {} : { name }), command, timeout }],
})

/** `{command, matcher, timeout}`: a flat list per event. */
export const flatEntry: HookFiles['entry'] = (command, { matcher, timeout }) => ({
  command,
  ...(matcher === undefined ? {} : { matcher }),
  timeout,
})

/** The project's file and the user's, each with all entries. */
export function hookFiles(api: HostApi, id: string, hooks: HookFiles): readonly HookConfigFile[] {
  const entries = Object.entries(hooks.events).map(
    ([event, line]): HookEntry => ({
      at: ['hooks', event],
      event,
      value: hooks.entry(api.hookCommand(id, event), { timeout: hooks.timeout, ...line }),
    }),
  )
  return (['project', 'user'] as const).map((scope) => {
    const own = hooks[scope]
    const trustSteps = own?.trust?.map(({ step }) => step) ?? []
    return { restart: [], trustSteps, ...hooks.file, entries, ...own, scope }
  })
}

/** A text of the plugin at the same place in the project and in the user's home folder; `user` says what differs there. */
export function inBothScopes(
  text: Pick<HostTextFile, 'path' | 'template'>,
  user: Pick<HostTextFile, 'homeVariable' | 'rootVariable'> = {},
): readonly HostTextFile[] {
  return [
    { scope: 'project', ...text },
    { scope: 'user', ...text, ...user },
  ]
}
