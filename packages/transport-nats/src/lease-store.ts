import type { LeaseStore } from '@rally/core/ports/transport'
import { NOTHING, packBody } from './bodies.js'
import type { Room } from './room.js'

/** A lease is a key; its version is the sequence of the newest write to it. */
export function createLeaseStore(room: Room): LeaseStore {
  const { names } = room
  const stream = names.bucketStream('state')
  const subjectOf = (name: string) => names.key('state', 'lease', name)

  return {
    async read(name) {
      const slot = await room.newest(stream, subjectOf(name))
      if (slot?.value === undefined) return undefined
      const writtenAt = slot.at === undefined ? {} : { writtenAt: slot.at }
      return { value: slot.value.value ?? null, version: String(slot.seq), ...writtenAt }
    },
    async compareAndSet(name, expected, next) {
      const subject = subjectOf(name)
      const slot = await room.newest(stream, subject)
      const version = slot?.value === undefined ? null : String(slot.seq)
      if (version !== expected) return false
      if (version === null && next === null) return true
      const target = { what: 'a lease', bucket: 'state' as const, subject }
      const body = next === null ? NOTHING : packBody({ value: next })
      const stored = await room.store(target, body, slot?.seq ?? 0)
      return stored !== undefined
    },
  }
}
