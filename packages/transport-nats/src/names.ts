/**
 * Names on the server. Session ids, tools, machines and boxes hold characters that are no legal subject token, key or
 * stream name (`agent:coder-1a2b`, `my.app`), so each token is encoded: letters, digits, `_` and `-` stay, every other
 * byte becomes `=` and two hexadecimal digits. The code is bijective, and legal in subjects, KV keys and stream names alike.
 */

/** One token. The empty text is `=`. */
export function encodeName(name: string): string {
  if (name === '') return '='
  return name.replace(/[^A-Za-z0-9_-]/gu, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}

/** The name behind a token, or undefined for one that `encodeName` does not make. */
export function decodeName(token: string): string | undefined {
  if (token === '=') return ''
  const bytes: number[] = []
  for (const part of token.match(/=[0-9a-f]{2}|[A-Za-z0-9_-]|[\s\S]/gu) ?? []) {
    if (part.length === 3 && part.startsWith('=')) bytes.push(Number.parseInt(part.slice(1), 16))
    else if (/^[A-Za-z0-9_-]$/.test(part)) bytes.push(part.charCodeAt(0))
    else return undefined
  }
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
    return encodeName(name) === token ? name : undefined
  } catch {
    return undefined
  }
}

/** The buckets of a team; one set for all its channels, so that a small account needs few streams. */
export const BUCKETS = ['presence', 'heartbeats', 'state'] as const
export type BucketName = (typeof BUCKETS)[number]

/** Everything that one channel is called on the server. `prefix` and `key` are lower case, so `_CH_` cannot be part of them. */
export function roomNames(prefix: string, key: string) {
  const room = encodeName(key)
  const root = `${prefix}.${room}`
  return {
    stream: `${prefix}_CH_${room}`,
    subjects: `${root}.>`,
    logOf: (machine: string) => `${root}.log.${encodeName(machine)}`,
    logs: `${root}.log.*`,
    box: (box: string) => `${root}.box.${encodeName(box)}`,
    boxes: `${root}.box.*`,
    boxOf: (subject: string) => decodeName(subject.slice(`${root}.box.`.length)),
    rejections: `${root}.rejected`,
    bucketStream: (bucket: BucketName) => `KV_${prefix}_${bucket}`,
    bucket: (bucket: BucketName) => `${prefix}_${bucket}`,
    key: (bucket: BucketName, ...parts: readonly string[]) =>
      `$KV.${prefix}_${bucket}.${[key, ...parts].map(encodeName).join('.')}`,
    keys: (bucket: BucketName, ...parts: readonly string[]) =>
      `$KV.${prefix}_${bucket}.${[key, ...parts].map(encodeName).join('.')}.>`,
  }
}
export type RoomNames = ReturnType<typeof roomNames>
