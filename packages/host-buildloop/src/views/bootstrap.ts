import type { SessionContext } from '@rally/core/usecases/context'
import type { Coordination } from '../make-or-join.js'
import type { BootstrapOutput } from '../outputs/buildloop-bootstrap.js'

export function toJson(
  { action, path, pointed, revision }: Coordination,
  { session }: Pick<SessionContext, 'session'>,
): BootstrapOutput {
  return {
    action,
    coord_file: path,
    channel_revision: revision,
    session_id: session.sessionId,
    presence_written: true,
    active_pointer_written: pointed,
    errors: [],
  }
}

export function toText({ action, coord_file }: BootstrapOutput): string {
  return `${action === 'bootstrapped' ? 'made' : 'joined'} ${coord_file}`
}
