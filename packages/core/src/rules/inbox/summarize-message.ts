import { isObject, type JsonObject, obj } from '../../readers.js'
import { clip } from '../text/clip.js'
import { scalarText, truthy } from '../text/python-values.js'
import { senderName } from './sender-name.js'

/** One row of `inbox_latest_messages` (protocol section 6). */
export interface MessageSummary {
  readonly source: 'direct' | 'broadcast'
  readonly id: string
  readonly kind: string
  readonly from: string
  /** What the sender is called in the room, where the message says so. */
  readonly from_name?: string
  readonly to: string
  readonly requires_ack: boolean
  readonly ts?: unknown
  /** Sorted, at most 12; only for a payload that is a non-empty object. */
  readonly payload_keys?: readonly string[]
  readonly preview?: string
  readonly preview_key?: string
}

const PREVIEW_KEYS = ['subject', 'summary', 'message', 'text', 'reason'] as const

/** The preview row of a stored message, whatever its types. The text is as stored: clean it before it is shown. */
export function summarizeMessage(message: unknown, source: MessageSummary['source'] = 'direct'): MessageSummary {
  const stored = obj(message)
  const payload = obj(stored.payload)
  const keys = Object.keys(payload).sort()
  return {
    source,
    id: textOr(stored.id, ''),
    kind: textOr(stored.kind, 'message'),
    from: textOr(stored.from, 'unknown'),
    ...nameOf(stored),
    to: textOr(stored.to, 'unknown'),
    requires_ack: truthy(stored.requires_ack),
    ...(stored.ts === undefined ? {} : { ts: stored.ts }),
    ...(isObject(stored.payload) && keys.length > 0 ? { payload_keys: keys.slice(0, 12) } : {}),
    ...preview(payload, stored),
  }
}

function nameOf(stored: JsonObject): { from_name?: string } {
  const name = senderName(stored)
  return name === undefined ? {} : { from_name: name }
}

function preview(...places: readonly Record<string, unknown>[]): { preview?: string; preview_key?: string } {
  for (const place of places) {
    for (const key of PREVIEW_KEYS) {
      const words = scalarText(place[key])?.trim()
      if (words) return { preview: shorten(words), preview_key: key }
    }
  }
  return {}
}

function shorten(words: string): string {
  const cut = clip(words, 240, { keep: 239, mark: '' })
  return cut === words ? words : `${cut.trimEnd()}...`
}

function textOr(value: unknown, fallback: string): string {
  return truthy(value) ? (scalarText(value) ?? fallback) : fallback
}
