import type { HookScope } from '@rally/core/ports/host'
import { consentTasksOf, type InstallableHost, tasksOf } from './host-tasks.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'

/** A file as an install would make it where there is none. */
export interface PrintedFile {
  readonly host: string
  readonly kind: 'hooks' | 'text' | 'allow'
  readonly path: string
  readonly text: string
}

/** What an install writes, for people whose files are generated: reads nothing and writes nothing. */
export function printHosts(
  hosts: readonly InstallableHost[],
  about: { readonly scope: HookScope; readonly allow: boolean; readonly surroundings: Surroundings },
): PrintedFile[] {
  const { scope, allow, surroundings } = about
  return hosts.flatMap((host) => {
    const files = tasksOf(host, scope, surroundings).map(({ kind, task }) => ({
      kind: kind === 'text' ? ('text' as const) : ('hooks' as const),
      task,
    }))
    const consents = allow ? consentTasksOf(host, scope, surroundings) : []
    return [...files, ...consents.map(({ task }) => ({ kind: 'allow' as const, task }))].flatMap(({ kind, task }) => {
      const made = refusing(() => task.strategy.install(undefined).bytes?.toString('utf8') ?? '')
      return made.ok ? [{ host: host.adapter.id, kind, path: task.path, text: made.value }] : []
    })
  })
}
