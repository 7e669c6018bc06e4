import type { SessionContext } from '@rally/core/usecases/context'
import { renderReactions } from '../command-line/render-checkpoint.js'
import type { PhaseOutput } from '../outputs/buildloop-phase.js'

type Phase = Pick<PhaseOutput, 'phase' | 'channel_revision' | 'event_id' | 'checkpoint'>

export function toJson(phase: Phase, { channel, session }: Pick<SessionContext, 'channel' | 'session'>): PhaseOutput {
  return { action: 'phase-started', app_slug: channel.app, session_id: session.sessionId, ...phase }
}

export function toText(
  { phase, channel_revision }: PhaseOutput,
  checkpoint: Parameters<typeof renderReactions>[0],
): string {
  return [`${phase} (revision ${channel_revision})`, ...renderReactions(checkpoint)].join('\n')
}
