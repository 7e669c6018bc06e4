import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream'
import { createInbox, type Msg, nanos } from '@nats-io/transport-node'
import { isBeingMade, isConsumerMissing, isStreamMissing } from './failures.js'
import type { Link } from './link.js'

/** One stored message. */
export interface StreamMessage {
  readonly seq: number
  readonly subject: string
  /** How many messages its consumer has been sent, this one included. */
  readonly delivered: number
  readonly message: Pick<Msg, 'data' | 'headers'>
}

export interface StreamPage {
  readonly messages: readonly StreamMessage[]
  /** Whether messages that were there when the page was asked for remain after it. */
  readonly more: boolean
}

/** Messages of one request; bounds what is in memory at once. */
const BATCH = 1_000
/** The server forgets the position of a reader that is silent for so long; it does not answer one that it has forgotten. */
const IDLE_MS = 30_000
/** Seconds after which a reader does not ask any more whether it is still known. */
const FRESH_SECS = IDLE_MS / 2_000
const ANSWER_MS = 5_000
/** How often in one read the server may have forgotten a reader before that is an error. */
const FORGOTTEN = 5

/** Reads the messages of a subject pattern in stream order. */
export interface StreamReader {
  /** Sequence of the newest message of the pattern, 0 when there is none. */
  newest(): Promise<number>
  /** Sequence of the newest message of the whole stream, 0 when there is none or no stream. */
  bound(): Promise<number>
  readAfter(sequence: number, limit: number): Promise<StreamPage>
  /** The newest message of every subject of the pattern. */
  readLastPerSubject(): Promise<readonly StreamMessage[]>
  /** How many messages there are. */
  count(): Promise<number>
  release(): void
}

interface Standing {
  readonly consumer: string
  readonly after: number
  readonly delivered: number
  /** Epoch seconds. */
  readonly usedAt: number
  /** Of the link, when it was made. */
  readonly renewals: number
}

/** Reads by consumers: what else a server 2.9 offers for patterns ends it when the stream is just being made. */
export function createStreamReader(link: Link, stream: string, filter: string): StreamReader {
  /** A consumer on the server that stands behind `after`, so that reading on costs one request. */
  let standing: Standing | undefined
  /** Nothing of the pattern is between `after` and `until`. */
  let gap = { after: 0, until: 0 }

  const open = async (position: { after: number } | 'last' | 'last per subject') => {
    const start =
      position === 'last'
        ? { deliver_policy: DeliverPolicy.Last }
        : position === 'last per subject'
          ? { deliver_policy: DeliverPolicy.LastPerSubject }
          : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: position.after + 1 }
    const { name, num_pending } = await link.jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      filter_subject: filter,
      inactive_threshold: nanos(IDLE_MS),
      mem_storage: true,
      num_replicas: 1,
      ...start,
    })
    return { name, pending: num_pending }
  }
  const close = (consumer: string | undefined) => {
    if (consumer !== undefined && link.up) link.jsm.consumers.delete(stream, consumer).catch(() => undefined)
  }
  const drop = () => {
    close(standing?.consumer)
    standing = undefined
  }
  const stand = (at: Pick<Standing, 'consumer' | 'after' | 'delivered'>) => {
    standing = { ...at, usedAt: link.api.clock.now(), renewals: link.renewals }
    return standing
  }
  /** The consumer that stands there, if the server surely knows it still. */
  const standingAt = (after: number): Standing | undefined => {
    if (standing?.after !== after || standing.renewals !== link.renewals) return undefined
    const age = link.api.clock.now() - standing.usedAt
    return age >= 0 && age < FRESH_SECS ? standing : undefined
  }

  /** Without a stream there is nothing to read. */
  const orNothing = async <T>(nothing: T, request: () => Promise<T>): Promise<T> =>
    link.run('reading', async () => {
      try {
        return await request()
      } catch (error) {
        standing = undefined
        if (isStreamMissing(error) || isConsumerMissing(error) || isBeingMade(error)) return nothing
        throw error
      }
    })

  const bound = async () => (await link.jsm.streams.info(stream)).state.last_seq

  const once = async (position: 'last' | 'last per subject') => {
    const { name, pending } = await open(position)
    const messages: StreamMessage[] = []
    while (messages.length < pending) {
      const batch = await pull(link, { stream, consumer: name, batch: Math.min(BATCH, pending - messages.length) })
      if (batch === undefined || batch.length === 0) break
      messages.push(...batch)
    }
    close(name)
    return messages
  }

  /** Up to `limit` messages after `sequence`, at least all that were stored up to `until`. */
  const read = async (sequence: number, limit: number, until: number): Promise<StreamMessage[]> => {
    const messages: StreamMessage[] = []
    let at = sequence
    let forgotten = 0
    for (let exact = false; messages.length < limit && at < until; ) {
      let reader = standingAt(at)
      if (reader === undefined) {
        drop()
        reader = stand({ consumer: (await open({ after: at })).name, after: at, delivered: 0 })
        exact = true
      }
      const { consumer, delivered } = reader
      const batch = await pull(link, { stream, consumer, batch: Math.min(BATCH, limit - messages.length) })
      // What the server sent after we had stopped listening is missing from its count: such a consumer is of no use any more.
      const whole = (batch ?? []).filter((message, index) => message.delivered === delivered + index + 1)
      const last = whole.at(-1)
      if (batch === undefined || last === undefined) {
        // A consumer that stands there hears of a new message a moment after its writer does; a new one knows at once.
        if (exact && batch?.length === 0) {
          gap = { after: at, until }
          break
        }
        drop()
        if (batch === undefined && ++forgotten > FORGOTTEN) throw new Error('the server forgets its readers')
        continue
      }
      messages.push(...whole)
      at = last.seq
      if (whole.length < batch.length) drop()
      else stand({ consumer, after: at, delivered: last.delivered })
      exact = false
    }
    return messages
  }

  return {
    newest: () => orNothing(0, async () => (await once('last')).at(-1)?.seq ?? 0),
    bound: () => orNothing(0, bound),
    readAfter: (sequence, limit) =>
      orNothing<StreamPage>({ messages: [], more: false }, async () => {
        const until = await bound()
        const known = gap.after === sequence && gap.until >= until
        if (until <= sequence || known || limit <= 0) return { messages: [], more: false }
        const messages = await read(sequence, limit, until)
        return { messages, more: messages.length >= limit && (messages.at(-1)?.seq ?? until) < until }
      }),
    readLastPerSubject: () =>
      orNothing<readonly StreamMessage[]>([], async () => {
        // A message that is written meanwhile comes as well as the one that it replaces.
        const newest = new Map((await once('last per subject')).map((message) => [message.subject, message]))
        return [...newest.values()]
      }),
    count: () =>
      orNothing(0, async () => {
        const { name, pending } = await open({ after: 0 })
        close(name)
        return pending
      }),
    release: drop,
  }
}

/**
 * One batch of what is there now; undefined when the server has forgotten the consumer. The public client API can only
 * wait for a batch to fill up, so the request (JetStream API, `CONSUMER.MSG.NEXT` with `no_wait`) is made here.
 */
function pull(
  link: Link,
  request: { stream: string; consumer: string; batch: number },
): Promise<StreamMessage[] | undefined> {
  const { stream, consumer, batch } = request
  return new Promise((resolve, reject) => {
    const messages: StreamMessage[] = []
    const finish = (outcome: StreamMessage[] | undefined) => {
      clearTimeout(timer)
      subscription.unsubscribe()
      resolve(outcome)
    }
    const fail = (error: Error) => {
      clearTimeout(timer)
      subscription.unsubscribe()
      reject(error)
    }
    const expire = () => fail(Object.assign(new Error('the server does not answer'), { name: 'TimeoutError' }))
    let timer = setTimeout(expire, ANSWER_MS)
    const subscription = link.nc.subscribe(createInbox(`_INBOX.${link.prefix}`), {
      callback: (error, message) => {
        if (error) return fail(error)
        const position = parsePosition(message.reply)
        // A message without a position is a status: 404 nothing there, 503 nobody serves this consumer, 409 it was deleted.
        if (position === undefined)
          return finish(message.headers?.code === 404 ? messages : messages.length > 0 ? messages : undefined)
        messages.push({ ...position, subject: message.subject, message })
        if (messages.length >= batch || position.pending === 0) return finish(messages)
        clearTimeout(timer)
        timer = setTimeout(expire, ANSWER_MS)
      },
    })
    link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify({ batch, no_wait: true }), {
      reply: subscription.getSubject(),
    })
  })
}

/** From a reply subject `$JS.ACK.[domain.account.]stream.consumer.n.SEQ.DELIVERED.time.PENDING[.token]`. */
function parsePosition(reply: string | undefined): { seq: number; delivered: number; pending: number } | undefined {
  const tokens = reply?.split('.') ?? []
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined
  const offset = tokens.length === 9 ? 0 : 2
  const seq = Number(tokens[5 + offset])
  const delivered = Number(tokens[6 + offset])
  const pending = Number(tokens[8 + offset])
  return [seq, delivered, pending].every(Number.isSafeInteger) ? { seq, delivered, pending } : undefined
}
