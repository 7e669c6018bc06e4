import type { NameStore } from '@rally/core/ports/transport'
import { packBody, unpackBody } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room } from './room.js'
import { createStreamReader } from './stream-reader.js'

type HeldName = NonNullable<Awaited<ReturnType<NameStore['holder']>>>

/** A name rests for so long (seconds) after its session ended, as the port says. */
const REST_SECS = 24 * 3600
const MOST_NUMBERS = 10_000

/** A name is a key whose value says who holds it; it is taken only where the key is as it was read. */
export function createNameStore(room: Room): NameStore {
  const { names, link } = room
  const stream = names.bucketStream('state')
  const target = (name: string) => ({
    what: 'a name',
    bucket: 'state' as const,
    stream,
    subject: names.key('state', 'name', name),
  })
  const isHere = async (sessionId: string): Promise<boolean> =>
    (await room.newest(names.bucketStream('presence'), names.key('presence', sessionId)))?.value !== undefined
  const holder = async (name: string): Promise<HeldName | undefined> =>
    toHeld((await room.newest(stream, target(name).subject))?.value)

  async function list(): Promise<HeldName[]> {
    const entries = await createStreamReader(link, stream, names.keys('state', 'name')).readLastPerSubject()
    return entries
      .map(({ message }) => toHeld(unpackBody(message.data, message.headers)))
      .filter((held) => held !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Replaces what a name says as `change` wants it; answers what it says then. */
  async function replace(
    name: string,
    change: (current: HeldName | undefined) => HeldName | undefined,
  ): Promise<HeldName | undefined> {
    let after: HeldName | undefined
    await compareAndStore(room, target(name), (known) => {
      const current = toHeld(known?.value)
      const next = change(current)
      after = next ?? current
      return next === undefined ? undefined : packBody({ ...next })
    })
    return after
  }

  return {
    async assign(sessionId, stem) {
      const id = link.api.requireSafeId(sessionId, 'session id')
      const now = link.api.clock.now()
      const mine = (name: string): HeldName => ({ name, session_id: id, at: now, ended_at: null })
      const own = (await list()).find((held) => held.session_id === id)
      if (own !== undefined) {
        const kept = await replace(own.name, (current) =>
          current?.session_id === id && current.ended_at !== null ? mine(own.name) : undefined,
        )
        if (kept?.session_id === id) return own.name
      }
      for (let number = 1; number <= MOST_NUMBERS; number++) {
        const name = `${stem}${number}`
        const known = await holder(name)
        const rests = known !== undefined && now - (known.ended_at ?? known.at) < REST_SECS
        const isTaken = rests || (known?.ended_at === null && (await isHere(known.session_id)))
        if ((isTaken && known?.session_id !== id) || (await isHere(name))) continue
        const held = await replace(name, (current) => (isSame(current, known) ? mine(name) : undefined))
        if (held?.session_id === id) return name
      }
      throw link.api.error('NOT_STORED', { what: 'name', reason: 'every number is taken' })
    },
    holder,
    list,
    async release(sessionId) {
      const id = link.api.requireSafeId(sessionId, 'session id')
      const ended_at = link.api.clock.now()
      for (const { name } of (await list()).filter((held) => held.session_id === id)) {
        await replace(name, (current) =>
          current?.session_id === id && current.ended_at === null ? { ...current, ended_at } : undefined,
        )
      }
    },
  }
}

function isSame(a: HeldName | undefined, b: HeldName | undefined): boolean {
  return a?.session_id === b?.session_id && a?.at === b?.at && a?.ended_at === b?.ended_at
}

function toHeld(value: Record<string, unknown> | undefined): HeldName | undefined {
  const { name, session_id, at, ended_at } = value ?? {}
  if (typeof name !== 'string' || typeof session_id !== 'string' || typeof at !== 'number') return undefined
  return { name, session_id, at, ended_at: typeof ended_at === 'number' ? ended_at : null }
}
