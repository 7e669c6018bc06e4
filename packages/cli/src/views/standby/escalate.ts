import type { EscalateOutput } from '@rally/core/model/outputs/escalate'
import type { Escalated } from '@rally/core/usecases/standby/escalate'

export function toJson({ revision, eventId, acknowledged }: Escalated, app: string): EscalateOutput {
  return {
    action: acknowledged === null ? 'escalation-posted' : 'escalation-acknowledged',
    app_slug: app,
    channel_revision: revision,
    event_id: eventId,
    acknowledged: acknowledged === null ? null : { revision: acknowledged.revision, event_id: acknowledged.eventId },
  }
}

export function toText({ channel_revision: revision, acknowledged }: EscalateOutput): string {
  if (acknowledged === null) {
    return `escalated (revision ${revision}): the room is blocked until it is answered\nanswer with: rally escalate --acknowledges ${revision} --reason "…"`
  }
  return `acknowledged the escalation of revision ${acknowledged.revision} (revision ${revision})`
}
