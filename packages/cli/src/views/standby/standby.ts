import type { StandbyOutput } from '@rally/core/model/outputs/standby'
import type { StoodBy } from '@rally/core/usecases/standby/stand-by'
import { localTimeOf } from '../text/clock-time.js'

export function toJson({ revision, eventId, wakeAfter }: StoodBy, app: string): StandbyOutput {
  return {
    action: 'standby-posted',
    accepted: true,
    app_slug: app,
    channel_revision: revision,
    event_id: eventId,
    wake_after: wakeAfter,
  }
}

export function toText({ wake_after, channel_revision, event_id }: StandbyOutput): string {
  return `standing by until ${localTimeOf(wake_after)} (revision ${channel_revision}, ${event_id})`
}
