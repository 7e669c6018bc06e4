import { RallyError, reasonOf } from '@rally/core/errors'
import type { StatusInput } from '@rally/core/usecases/status/status-input'
import { type StatusFlags, toStatusInput as toInput } from '@rally/plugin-kit/commands'
import type { SessionFlags } from './flags.js'

export { statusFlags } from '@rally/plugin-kit/commands'

/** What the use case is asked, from the flags. Throws READ_FAILED for a list of files that cannot be read. */
export function toStatusInput(flags: StatusFlags & Pick<SessionFlags, 'workdir'>): StatusInput {
  const unreadable = (path: string, thrown: unknown) =>
    new RallyError('READ_FAILED', { path, reason: reasonOf(thrown) }, { cause: thrown })
  return toInput(flags, { workdir: flags.workdir, unreadable })
}
