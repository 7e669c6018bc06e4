import { gunzipSync, gzipSync } from 'node:zlib'
import type { MsgHdrs } from '@nats-io/transport-node'

/** Bodies from this size on are compressed: a server takes 1 MB by default, and large records are mostly prose. */
const COMPRESS_FROM = 32 * 1024
/** What a body may grow to when it is unpacked; a body of ours is far smaller. */
const LARGEST = 64 * 1024 * 1024
const ENCODING = 'Rally-Encoding'

export interface Body {
  readonly data: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** A JSON body for the server. */
export function packBody(value: unknown): Body {
  const data = new TextEncoder().encode(JSON.stringify(value))
  if (data.length < COMPRESS_FROM) return { data }
  return { data: gzipSync(data), headers: { [ENCODING]: 'gzip' } }
}

/**
 * The body with an id by which the server refuses it a second time for a while. A guard for one case only: a message of a
 * connection that was given up arrives after it was sent again.
 */
export function withId(body: Body, id: string): Body {
  return { ...body, headers: { ...body.headers, 'Nats-Msg-Id': id } }
}

/** Empties a key of a bucket, as NATS' own tools do it. */
export const NOTHING: Body = { data: new Uint8Array(), headers: { 'KV-Operation': 'DEL' } }

/** The object in a body, or undefined for anything that rally did not write. */
export function unpackBody(data: Uint8Array, hdrs: MsgHdrs | undefined): Record<string, unknown> | undefined {
  try {
    const plain = hdrs?.get(ENCODING) === 'gzip' ? gunzipSync(data, { maxOutputLength: LARGEST }) : data
    const value: unknown = JSON.parse(new TextDecoder().decode(plain))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
