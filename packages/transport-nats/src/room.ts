import { DiscardPolicy, RetentionPolicy, StorageType, type StreamInfo } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { headers, type MsgHdrs, nanos } from '@nats-io/transport-node'
import { type Body, unpackBody } from './bodies.js'
import { isAnswer, isNobodyThere, isStreamMissing, isWrongSequence } from './failures.js'
import type { Link } from './link.js'
import { BUCKETS, type BucketName, type RoomNames, roomNames } from './names.js'

const DAY_MS = 24 * 60 * 60 * 1000
/** Longer than a network holds back what a connection sent before it was given up. */
const DUPLICATE_MS = 10 * 60 * 1000

/** One value of a subject: the newest message on it. */
export interface Slot {
  readonly seq: number
  readonly value: Record<string, unknown> | undefined
  readonly subject: string
  /** When the server took it (epoch seconds, its clock); undefined for one that was not read from there. */
  readonly at?: number
}

/** The streams of one channel: looked at before they are used, made when something is first written. */
export interface Room {
  readonly link: Link
  readonly names: RoomNames
  /** The newest message of a subject (a pattern: of all its subjects), or undefined. */
  newest(stream: string, subject: string): Promise<Slot | undefined>
  /**
   * Stores a message if the newest one on its subject still has the sequence `expected` (0: there is none). Answers its
   * sequence, or undefined when another writer was faster.
   */
  store(target: Target, body: Body, expected: number): Promise<number | undefined>
  /** The stream's facts, or undefined when it does not exist. Throws SERVER_FOREIGN_STREAM. */
  info(): Promise<StreamInfo | undefined>
}

/** Where a message goes: the channel's stream or one of the team's buckets. */
export interface Target {
  readonly what: string
  readonly bucket?: BucketName
  readonly subject: string
}

export function openRoom(link: Link, key: string, presenceTtlMs: number): Room {
  const names = roomNames(link.prefix, key)
  const made = new Map<string, Promise<void>>()
  /** Streams that were there when we looked. */
  const seen = new Set<string>()
  let adjusted = false

  const foreign = (stream: string, reason: string, cause?: unknown) =>
    link.api.error('SERVER_FOREIGN_STREAM', { server: link.address.shown, stream, reason }, { cause })
  const requireOurs = (info: StreamInfo) => {
    const [subject, ...others] = info.config.subjects ?? []
    if (info.config.description !== describeRoom(key) || subject !== names.subjects || others.length > 0) {
      throw foreign(info.config.name, 'something else made it')
    }
    requireDirect(info)
  }
  const requireBucket = (info: StreamInfo, bucket: BucketName) => {
    if (info.config.description !== describeBucket(bucket)) throw foreign(info.config.name, 'something else made it')
    requireDirect(info)
  }
  const requireKnown = (info: StreamInfo) => {
    const bucket = BUCKETS.find((one) => names.bucketStream(one) === info.config.name)
    if (bucket === undefined) requireOurs(info)
    else requireBucket(info, bucket)
  }
  const requireDirect = ({ config }: StreamInfo) => {
    if (!config.allow_direct) throw foreign(config.name, 'its setting allow_direct is off')
  }
  const infoOf = async (stream: string): Promise<StreamInfo | undefined> => {
    try {
      // Never with a filter of subjects, for the same reason as below.
      return await link.jsm.streams.info(stream)
    } catch (error) {
      if (isStreamMissing(error)) return undefined
      throw error
    }
  }

  const makeStream = async () => {
    const known = await infoOf(names.stream)
    const limits = limitsOf(link)
    if (known !== undefined) {
      requireOurs(known)
      if (!adjusted) await adjust(link, known, limits)
      adjusted = true
      return
    }
    try {
      await link.jsm.streams.add({
        name: names.stream,
        subjects: [names.subjects],
        description: describeRoom(key),
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        // At its limit the stream refuses new messages; dropping old ones would lose what a machine has not fetched.
        discard: DiscardPolicy.New,
        duplicate_window: nanos(DUPLICATE_MS),
        num_replicas: link.settings.replicas ?? 1,
        allow_direct: true,
        ...limits,
      })
    } catch (error) {
      const now = await infoOf(names.stream)
      if (now !== undefined) return requireOurs(now)
      if (error instanceof Error && /overlap/i.test(error.message)) {
        throw foreign(names.stream, `another stream takes the subjects ${names.subjects}`, error)
      }
      throw error
    }
  }
  const makeBucket = async (bucket: BucketName) => {
    const description = describeBucket(bucket)
    const known = await infoOf(names.bucketStream(bucket))
    if (known === undefined) {
      await new Kvm(link.js).create(names.bucket(bucket), {
        description,
        history: 1,
        allow_direct: true,
        replicas: link.settings.replicas ?? 1,
        ...(bucket === 'presence' ? { ttl: presenceTtlMs } : {}),
      })
    } else requireBucket(known, bucket)
  }
  const make = (bucket: BucketName | undefined) => {
    const name = bucket ?? names.stream
    const pending = made.get(name) ?? (bucket === undefined ? makeStream() : makeBucket(bucket))
    made.set(name, pending)
    pending.catch(() => made.delete(name))
    return pending
  }

  return {
    link,
    names,
    newest: (stream, subject) =>
      link.run('reading', async () => {
        if (!seen.has(stream)) {
          const info = await infoOf(stream)
          if (info === undefined) return undefined
          requireKnown(info)
          seen.add(stream)
        }
        try {
          // Not STREAM.MSG.GET: a server 2.9 ends with a nil pointer when that meets a stream that is being made.
          const found = await link.direct.getMessage(stream, { last_by_subj: subject })
          if (found === null) return undefined
          const { seq, subject: on, time } = found
          return { seq, subject: on, value: unpackBody(found.data, found.header), at: time.getTime() / 1000 }
        } catch (error) {
          seen.delete(stream)
          if ((await infoOf(stream)) === undefined) return undefined
          throw error
        }
      }),
    store: ({ what, bucket, subject }, body, expected) =>
      link.run(what, async () => {
        await make(bucket)
        const publish = (lastSubjectSequence: number) =>
          link.js.publish(subject, body.data, {
            expect: { lastSubjectSequence },
            ...headersOf(body),
          })
        try {
          return (await publish(expected)).seq
        } catch (error) {
          if (isWrongSequence(error)) return undefined
          // Without its stream a message meets a refusal or, where somebody watches the room, silence: look again next time.
          if (!isAnswer(error)) made.delete(bucket ?? names.stream)
          if (!isNobodyThere(error)) throw error
        }
        // The stream was removed since we looked. What the caller believed of it no longer counts.
        await make(bucket)
        return undefined
      }),
    info: () =>
      link.run('reading', async () => {
        const info = await infoOf(names.stream)
        if (info === undefined) made.delete(names.stream)
        else requireOurs(info)
        return info
      }),
  }
}

function headersOf(body: Body): { headers?: MsgHdrs } {
  if (body.headers === undefined) return {}
  const hdrs = headers()
  for (const [name, value] of Object.entries(body.headers)) hdrs.set(name, value)
  return { headers: hdrs }
}

function describeRoom(key: string): string {
  return `rally channel ${key}`
}

function describeBucket(bucket: BucketName): string {
  return `rally ${bucket}`
}

function limitsOf({ settings }: Link) {
  return {
    ...(settings.max_age_days === undefined ? {} : { max_age: nanos(settings.max_age_days * DAY_MS) }),
    ...(settings.max_bytes === undefined ? {} : { max_bytes: settings.max_bytes }),
  }
}

/** Limits that this machine's configuration names are applied to a stream that has others; without the permission, not. */
async function adjust(link: Link, { config }: StreamInfo, limits: ReturnType<typeof limitsOf>): Promise<void> {
  const differs =
    (limits.max_age !== undefined && limits.max_age !== config.max_age) ||
    (limits.max_bytes !== undefined && limits.max_bytes !== config.max_bytes)
  if (!differs) return
  try {
    await link.jsm.streams.update(config.name, limits)
  } catch {
    // An account that may not change streams leaves the limits to whoever may; rally doctor compares them.
  }
}
