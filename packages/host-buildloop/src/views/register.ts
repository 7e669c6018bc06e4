import type { Presence } from '@rally/core/model/presence'
import type { RegisterOutput } from '../outputs/buildloop-register.js'

export function toJson({ app_slug, session_id, tool, parent, task, phase }: Presence): RegisterOutput {
  return { action: 'registered', app_slug, session_id, tool, parent: parent ?? null, task: task ?? phase }
}

/** Its session id and nothing else: a script reads it. */
export function toText({ session_id }: RegisterOutput): string {
  return session_id
}
