import type { ChangeHint } from '@rally/core/ports/transport'
import type { Room } from './room.js'

type Store = ChangeHint['store']
type Timer = ReturnType<typeof setTimeout>

interface Burst {
  soon: Timer | undefined
  later: Timer[]
}

/**
 * A subscriber hears of a message before the stream has stored it, so a hint is repeated until the message is surely
 * there; hints may be spurious, never missing. In milliseconds after the message.
 */
const REPEATS = [25, 250]
const POLL_MS = 10_000

/** Hints at changes of a room until the signal aborts: by subscription, and by the clock for what makes no message (expiry). */
export async function watchRoom(
  room: Room,
  onHint: (hint: ChangeHint) => void,
  options: { signal: AbortSignal; pollMs?: number | undefined },
): Promise<void> {
  const { signal, pollMs = POLL_MS } = options
  if (signal.aborted) return
  const { link, names } = room
  const bursts = new Map<Store, Burst>()
  const hint = (store: Store) => {
    if (!signal.aborted) onHint({ store })
  }
  const announce = (store: Store) => {
    const burst = bursts.get(store) ?? { soon: undefined, later: [] }
    bursts.set(store, burst)
    // The first hint of a burst is not put off by the messages that follow it; the repeats are.
    burst.soon ??= setTimeout(() => {
      burst.soon = undefined
      hint(store)
    }, 0)
    for (const timer of burst.later) clearTimeout(timer)
    burst.later = REPEATS.map((ms) => setTimeout(() => hint(store), ms))
  }

  const subscriptions = [
    { subject: names.subjects, storeOf: (subject: string): Store => (subject.includes('.box.') ? 'inbox' : 'log') },
    { subject: names.keys('presence'), storeOf: (): Store => 'sessions' },
    { subject: names.keys('heartbeats'), storeOf: (): Store => 'heartbeats' },
    {
      subject: names.keys('state'),
      storeOf: (subject: string): Store =>
        subject.includes('.ack.') ? 'inbox' : subject.includes('.receipts.') ? 'receipts' : 'leases',
    },
  ].map(({ subject, storeOf }) =>
    link.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) announce(storeOf(message.subject))
      },
    }),
  )
  const poll = setInterval(() => hint('unknown'), pollMs)
  const forget = link.onChange((up) => up && hint('unknown'))
  hint('unknown')
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  forget()
  clearInterval(poll)
  for (const subscription of subscriptions) subscription.unsubscribe()
  for (const { soon, later } of bursts.values()) for (const timer of [soon, ...later]) clearTimeout(timer)
}
