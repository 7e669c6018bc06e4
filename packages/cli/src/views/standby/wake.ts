import type { WakeOutput } from '@rally/core/model/outputs/wake'
import type { wake } from '@rally/core/usecases/standby/wake'

export function toJson({ revision, eventId, standby }: Awaited<ReturnType<typeof wake>>, app: string): WakeOutput {
  return {
    action: 'wake-posted',
    accepted: true,
    app_slug: app,
    channel_revision: revision,
    event_id: eventId,
    ref_standby: standby,
  }
}

export function toText({ ref_standby, channel_revision }: WakeOutput): string {
  return `woke ${ref_standby} (revision ${channel_revision})`
}
