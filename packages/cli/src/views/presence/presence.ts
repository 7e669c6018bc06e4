import type { PresenceOutput } from '@rally/core/model/outputs/presence'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { announcePresence } from '@rally/core/usecases/presence/announce-presence'
import { said } from '../text/lines.js'

export function toJson(presence: Awaited<ReturnType<typeof announcePresence>>): PresenceOutput {
  const { app_slug, session_id, tool, phase, task, parent, spawned, name } = presence
  return {
    action: 'presence-written',
    ...{ app_slug, session_id, tool, phase },
    task: task ?? phase,
    parent: parent ?? null,
    spawned: spawned ?? {},
    name: name ?? null,
  }
}

export function toText({ name, session_id, tool, app_slug, task }: PresenceOutput): string {
  return `${cleanLine(name ?? session_id)} (${said(tool)}) is in ${app_slug}: ${said(task)}`
}
