import type { StatusPostOutput } from '@rally/core/model/outputs/status-post'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { postStatus, StatusPost } from '@rally/core/usecases/status/post-status'

export function toJson(
  { revision, eventId }: Awaited<ReturnType<typeof postStatus>>,
  { file, committedSha, summary = '' }: StatusPost,
  app: string,
): StatusPostOutput {
  return {
    action: 'status-posted',
    accepted: true,
    app_slug: app,
    channel_revision: revision,
    event_id: eventId,
    file,
    committed_sha: committedSha || null,
    summary,
  }
}

export function toText({ file, channel_revision }: StatusPostOutput): string {
  return `status is in ${cleanLine(file)} (revision ${channel_revision})`
}
