import type { ChangeRecord } from '../../model/change-record.js'
import type { LogProjection } from '../../ports/transport.js'
import { retractedRevision, retractionTarget } from '../log/retraction.js'

/** So many retractions are known, the newest. */
const MOST = 10_000

/** Which records were taken back: event id and, where it is known, revision. */
interface Retractions {
  /** `<event id>` or `<event id> <revision>`. */
  targets: string[]
}

export const retractionsProjection: LogProjection<Retractions> = {
  name: 'retractions',
  version: 1,
  initial: () => ({ targets: [] }),
  fold(state, record) {
    const target = retractionTarget(record)
    if (target === null) return state
    const revision = retractedRevision(record)
    state.targets.push(revision === undefined ? target : `${target} ${revision}`)
    if (state.targets.length > MOST) state.targets.shift()
    return state
  },
}

/** Whether a record stands: nobody took it back, and it takes back none itself. */
export function stands(record: ChangeRecord, retracted: ReadonlySet<string>): boolean {
  if (record.event_id === undefined || retractionTarget(record) !== null) return true
  return !retracted.has(record.event_id) && !retracted.has(`${record.event_id} ${record.revision}`)
}
