import type { CompactOutput } from '@rally/core/model/outputs/compact'
import type { Compacted } from '@rally/core/usecases/log/compact-room'
import { plural } from '../text/lines.js'

export function compactJson({ log }: Compacted, app: string): CompactOutput {
  const isOpen = log.outcome === 'kept-open'
  return {
    app_slug: app,
    outcome: log.outcome,
    archive: isOpen ? null : log.archive,
    bytes: isOpen ? null : log.bytes,
    open: isOpen ? log.open : 0,
  }
}

export function compactText({ log }: Compacted): string {
  switch (log.outcome) {
    case 'archived':
      return `archived ${size(log.bytes)} of records as ${log.archive}`
    case 'would':
      return `would archive ${size(log.bytes)} of records as ${log.archive}`
    case 'small':
      return `nothing to archive: the log has ${size(log.bytes)}, and is not old`
    case 'kept-open':
      return `kept the log: ${plural(log.open, 'open handoff or escalation', 'open handoffs or escalations')} would be out of sight for the existing system; --with-open archives it all the same`
    case 'unsupported':
      return 'the log of this room has a form that is not archived'
  }
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 2 ** 20).toFixed(1)} MB`
}
