import type { SessionContext } from '@rally/core/usecases/context'
import type { RallyOutput } from '../outputs/buildloop-rally.js'
import type { PublishedOwnership } from '../publish-ownership.js'

export function toJson(
  { phase, ownership, revision, verify }: PublishedOwnership,
  { workdir, channel, session }: SessionContext,
): RallyOutput {
  return {
    schema_version: '1.0',
    action: 'rally-point-posted',
    workdir,
    app_slug: channel.app,
    channel_dir: channel.dir,
    resolved_via: channel.resolvedVia,
    channel_revision: revision,
    session_id: session.sessionId,
    run_id: session.runId,
    phase,
    presence_written: true,
    ownership: { ...ownership },
    posted: verify?.posted ?? true,
    errors: [],
    ...(verify === undefined ? {} : { verify }),
  }
}

export function toText(
  { ownership: { owns }, channel_revision }: RallyOutput,
  { session }: Pick<SessionContext, 'session'>,
): string {
  const owned = Array.isArray(owns) ? owns.join(', ') : ''
  return `${session.sessionId} (${session.tool}) owns ${owned || 'nothing'} (revision ${channel_revision})`
}
