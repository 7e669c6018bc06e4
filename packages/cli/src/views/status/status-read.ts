import type { StatusReadOutput } from '@rally/core/model/outputs/status-read'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { FoundStatus } from '@rally/core/usecases/status/read-status-pointer'
import { quotePeer } from '../text/lines.js'

export function toJson(found: FoundStatus | undefined, app: string): StatusReadOutput {
  const latest = found?.record ?? null
  return { action: 'status-read', app_slug: app, found: latest !== null, latest, pointer: found?.pointer ?? null }
}

export function toText(found: FoundStatus | undefined): string {
  if (found === undefined) return 'nobody posted a status document'
  const { pointer, said } = found
  const commit = pointer.committed_sha === null ? '' : ` at ${cleanLine(pointer.committed_sha)}`
  const summary = said === '' ? '' : `\n${quotePeer(said, 200)}`
  return `${cleanLine(pointer.file)}${commit}, posted by ${cleanLine(pointer.tool)}${summary}`
}
